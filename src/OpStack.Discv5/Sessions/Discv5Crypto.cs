using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Sessions;

/// <summary>The identity scheme v4, which is secp256k1, and AES-128-GCM. Has no state.</summary>
internal sealed class Discv5Crypto : IDiscv5Crypto
{
    private Discv5Crypto()
    {
    }

    public static Discv5Crypto Instance { get; } = new();

    /// <inheritdoc/>
    public bool TryReadRecord(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record) => Enr.TryDecode(rlp, out record);

    /// <inheritdoc/>
    public void Propose(Secp256k1PublicKey peer, Random random, Span<byte> ephemeralKey, Span<byte> secret)
    {
        using Secp256k1PrivateKey ephemeral = NewEphemeralKey(random);
        ephemeral.PublicKey.WriteCompressed(ephemeralKey);
        ephemeral.Agree(peer, secret);
    }

    /// <inheritdoc/>
    public bool TryAgree(Secp256k1PrivateKey identity, ReadOnlySpan<byte> ephemeralKey, Span<byte> secret)
    {
        if (!Secp256k1PublicKey.TryParse(ephemeralKey, out Secp256k1PublicKey? ephemeral))
        {
            return false;
        }

        identity.Agree(ephemeral, secret);
        return true;
    }

    /// <inheritdoc/>
    public void Sign(Secp256k1PrivateKey identity, ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        Span<byte> recoverable = stackalloc byte[Secp256k1Signature.RecoverableSize];
        identity.SignRecoverable(hash, recoverable);
        recoverable[..Secp256k1Signature.Size].CopyTo(signature);
    }

    /// <inheritdoc/>
    public bool Verify(Secp256k1PublicKey identity, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) =>
        Secp256k1Signature.IsLowS(signature) && identity.Verify(hash, signature);

    /// <inheritdoc/>
    public IMessageCipher CreateCipher(ReadOnlySpan<byte> key) => new MessageCipher(key);

    private static Secp256k1PrivateKey NewEphemeralKey(Random random)
    {
        Span<byte> secret = stackalloc byte[Secp256k1PrivateKey.Size];
        try
        {
            while (true)
            {
                random.NextBytes(secret);
                if (Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key))
                {
                    return key;
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
