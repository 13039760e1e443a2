using System.Security.Cryptography;
using OpStack.Discv5.Packets;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Sessions;

/// <summary>The id-signature of a handshake: proves the identity key to the node that sent the challenge, and to no other.</summary>
internal static class IdentityProof
{
    private const int HashSize = 32;
    private const int InputSize = 27 + PacketLimits.ChallengeDataSize + PacketLimits.EphemeralKeySize + NodeId.Size;

    private static ReadOnlySpan<byte> Prefix => "discovery v5 identity proof"u8;

    /// <summary>Signs: 64 bytes r ‖ s with low s into <paramref name="signature"/>.</summary>
    internal static void Sign(
        IDiscv5Crypto crypto, Secp256k1PrivateKey key, ReadOnlySpan<byte> challengeData, ReadOnlySpan<byte> ephemeralKey, NodeId recipient,
        Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[HashSize];
        Hash(challengeData, ephemeralKey, recipient, hash);
        crypto.Sign(key, hash, signature);
    }

    /// <summary>Verifies.</summary>
    internal static bool Verify(
        IDiscv5Crypto crypto, Secp256k1PublicKey key, ReadOnlySpan<byte> challengeData, ReadOnlySpan<byte> ephemeralKey, NodeId recipient,
        ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[HashSize];
        Hash(challengeData, ephemeralKey, recipient, hash);
        return crypto.Verify(key, hash, signature);
    }

    /// <summary>SHA-256 of the prefix, the challenge data, the ephemeral key and the recipient's id.</summary>
    internal static void Hash(ReadOnlySpan<byte> challengeData, ReadOnlySpan<byte> ephemeralKey, NodeId recipient, Span<byte> hash)
    {
        Span<byte> input = stackalloc byte[InputSize];
        Prefix.CopyTo(input);
        Span<byte> rest = input[Prefix.Length..];
        challengeData.CopyTo(rest);
        ephemeralKey.CopyTo(rest[PacketLimits.ChallengeDataSize..]);
        recipient.ToHash256().CopyTo(rest[(PacketLimits.ChallengeDataSize + PacketLimits.EphemeralKeySize)..]);
        SHA256.HashData(input, hash);
    }
}
