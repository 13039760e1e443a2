using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Sessions;

/// <summary>
/// Every use the protocol makes of a key. A node has <see cref="Discv5Crypto"/>; a simulation of thousands of nodes that all hold to the rules gives
/// stand-ins of the same sizes, since the course of the protocol depends on what verifies and never on the bytes.
/// </summary>
internal interface IDiscv5Crypto
{
    /// <summary>Reads and verifies a record, as <see cref="Enr.TryDecode"/> does.</summary>
    bool TryReadRecord(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record);

    /// <summary>Makes a fresh ephemeral key and agrees on a secret with the peer's identity.</summary>
    /// <param name="peer">The peer's identity key.</param>
    /// <param name="random">Where the ephemeral key comes from.</param>
    /// <param name="ephemeralKey">The public half, 33 bytes, written.</param>
    /// <param name="secret">33 bytes, written; the caller zeroes them.</param>
    void Propose(Secp256k1PublicKey peer, Random random, Span<byte> ephemeralKey, Span<byte> secret);

    /// <summary>The same secret at the peer; false when the ephemeral key, 33 bytes, is none.</summary>
    bool TryAgree(Secp256k1PrivateKey identity, ReadOnlySpan<byte> ephemeralKey, Span<byte> secret);

    /// <summary>Signs a hash of 32 bytes: 64 bytes r ‖ s with low s into <paramref name="signature"/>.</summary>
    void Sign(Secp256k1PrivateKey identity, ReadOnlySpan<byte> hash, Span<byte> signature);

    /// <summary>Verifies a signature of 64 bytes; a high s is refused, as geth and sigp do.</summary>
    bool Verify(Secp256k1PublicKey identity, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);

    /// <summary>Makes the cipher of a session key; takes a copy of the 16 bytes, the caller zeroes its own.</summary>
    IMessageCipher CreateCipher(ReadOnlySpan<byte> key);
}
