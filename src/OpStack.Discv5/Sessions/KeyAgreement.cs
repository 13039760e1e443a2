using System.Security.Cryptography;
using OpStack.Discv5.Packets;

namespace OpStack.Discv5.Sessions;

/// <summary>
/// The keys of a session (discv5-theory.md, "Sessions"): HKDF-SHA256 over an ECDH secret, salted with the challenge data.
/// </summary>
internal static class KeyAgreement
{
    private const int HashSize = 32;
    private const int InfoSize = 26 + (2 * NodeId.Size);

    private static ReadOnlySpan<byte> InfoPrefix => "discovery v5 key agreement"u8;

    /// <summary>Derives both keys; the caller zeroes them.</summary>
    /// <param name="secret">What the initiator's ephemeral key and the recipient's identity key agree on, 33 bytes.</param>
    /// <param name="initiator">Who sends the handshake packet.</param>
    /// <param name="recipient">Who sent the WHOAREYOU.</param>
    /// <param name="challengeData">The WHOAREYOU unmasked, 63 bytes.</param>
    /// <param name="keys">32 bytes: the key the initiator encrypts with, then the key the recipient encrypts with.</param>
    internal static void Derive(
        ReadOnlySpan<byte> secret, NodeId initiator, NodeId recipient, ReadOnlySpan<byte> challengeData, Span<byte> keys)
    {
        Span<byte> pseudoRandomKey = stackalloc byte[HashSize];
        Span<byte> info = stackalloc byte[InfoSize];
        InfoPrefix.CopyTo(info);
        initiator.ToHash256().CopyTo(info[InfoPrefix.Length..]);
        recipient.ToHash256().CopyTo(info[(InfoPrefix.Length + NodeId.Size)..]);
        try
        {
            HKDF.Extract(HashAlgorithmName.SHA256, secret, challengeData, pseudoRandomKey);
            HKDF.Expand(HashAlgorithmName.SHA256, pseudoRandomKey, keys[..(2 * PacketLimits.KeySize)], info);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pseudoRandomKey);
        }
    }
}
