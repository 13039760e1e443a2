using OpStack.Discv5.Records;

namespace OpStack.Discv5.Packets;

/// <summary>Sizes of the packet format (discv5-wire.md, "Packet Encoding"; wire.md 11.1). In bytes.</summary>
internal static class PacketLimits
{
    /// <summary>Smallest packet: a WHOAREYOU.</summary>
    internal const int MinSize = 63;

    /// <summary>Largest packet: what IPv6 carries everywhere without fragments.</summary>
    internal const int MaxSize = 1280;

    internal const int MaskingIvSize = 16;
    internal const int StaticHeaderSize = 23;
    internal const int NonceSize = 12;
    internal const int TagSize = 16;
    internal const int KeySize = 16;
    internal const int IdNonceSize = 16;

    /// <summary>Authdata of a message: the source's id.</summary>
    internal const int MessageAuthDataSize = NodeId.Size;

    /// <summary>Authdata of a WHOAREYOU: id-nonce and sequence number.</summary>
    internal const int WhoAreYouAuthDataSize = IdNonceSize + sizeof(ulong);

    /// <summary>Id-signature of the identity scheme v4: r ‖ s.</summary>
    internal const int IdSignatureSize = 64;

    /// <summary>Ephemeral key of the identity scheme v4, compressed.</summary>
    internal const int EphemeralKeySize = 33;

    /// <summary>What both sides of a handshake agree on: the shared point, compressed.</summary>
    internal const int SecretSize = 33;

    /// <summary>Authdata of a handshake before the id-signature: the source's id and two sizes of one byte.</summary>
    internal const int HandshakePrefixSize = NodeId.Size + 2;

    /// <summary>Authdata of a handshake without a record.</summary>
    internal const int MinHandshakeAuthDataSize = HandshakePrefixSize + IdSignatureSize + EphemeralKeySize;

    /// <summary>Authdata of a handshake with the largest record.</summary>
    internal const int MaxHandshakeAuthDataSize = MinHandshakeAuthDataSize + Enr.MaxSize;

    /// <summary>The largest masking-iv ‖ header: what a reader needs as scratch.</summary>
    internal const int MaxHeaderSize = MaskingIvSize + StaticHeaderSize + MaxHandshakeAuthDataSize;

    /// <summary>Challenge data: a WHOAREYOU unmasked.</summary>
    internal const int ChallengeDataSize = MinSize;

    /// <summary>Largest plaintext of a message packet.</summary>
    internal const int MaxMessageSize = MaxSize - MaskingIvSize - StaticHeaderSize - MessageAuthDataSize - TagSize;

    /// <summary>Largest plaintext that fits any handshake packet; a request longer than this can be lost to a handshake.</summary>
    internal const int MaxHandshakeMessageSize = MaxSize - MaxHeaderSize - TagSize;

    /// <summary>
    /// Random bytes sent in place of a message to a node without session: as many as geth sends (at least a tag is needed).
    /// </summary>
    internal const int RandomMessageSize = 20;
}
