namespace OpStack.Discv5.Packets;

/// <summary>Why a datagram is no packet for us.</summary>
internal enum PacketError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not 63..1280 bytes.</summary>
    Size,

    /// <summary>The header does not unmask to "discv5": random bytes, another protocol, or meant for another node id.</summary>
    ProtocolId,

    /// <summary>A version other than 1.</summary>
    Version,

    /// <summary>No such flag.</summary>
    Flag,

    /// <summary>Authdata of a size that the flag does not have, or that is not there.</summary>
    AuthDataSize,

    /// <summary>Sizes of signature or key within a handshake that the identity scheme v4 does not have.</summary>
    HandshakeSizes,

    /// <summary>A message shorter than its tag, or any message on a WHOAREYOU.</summary>
    MessageSize,
}
