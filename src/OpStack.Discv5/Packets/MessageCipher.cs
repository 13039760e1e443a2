using System.Security.Cryptography;

namespace OpStack.Discv5.Packets;

/// <summary>
/// AES-128-GCM under one session key. The key lives in the cipher's own memory, which the platform clears when it is disposed.
/// Not for use by several threads at once.
/// </summary>
internal sealed class MessageCipher : IMessageCipher
{
    private readonly AesGcm _gcm;

    /// <summary>Takes a copy of a 16-byte key; the caller zeroes its own.</summary>
    internal MessageCipher(ReadOnlySpan<byte> key) => _gcm = new AesGcm(key, PacketLimits.TagSize);

    /// <inheritdoc/>
    public void Encrypt(PacketNonce nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, Span<byte> destination)
    {
        Span<byte> nonceBytes = stackalloc byte[PacketLimits.NonceSize];
        nonce.Write(nonceBytes);
        _gcm.Encrypt(nonceBytes, plaintext, destination[..plaintext.Length], destination[plaintext.Length..], associatedData);
    }

    /// <inheritdoc/>
    public bool TryDecrypt(
        PacketNonce nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> associatedData, Span<byte> plaintext, out int written)
    {
        written = 0;
        int length = ciphertext.Length - PacketLimits.TagSize;
        if (length < 0 || plaintext.Length < length)
            return false;

        Span<byte> nonceBytes = stackalloc byte[PacketLimits.NonceSize];
        nonce.Write(nonceBytes);
        try
        {
            _gcm.Decrypt(nonceBytes, ciphertext[..length], ciphertext[length..], plaintext[..length], associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            // The BCL has no other way to say so. It has cleared the plaintext.
            return false;
        }

        written = length;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _gcm.Dispose();
}
