namespace OpStack.Discv5.Packets;

/// <summary>Authenticated encryption under one session key. Not for use by several threads at once.</summary>
internal interface IMessageCipher : IDisposable
{
    /// <summary>Encrypts into a destination longer than the plaintext by a tag of 16 bytes.</summary>
    void Encrypt(PacketNonce nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, Span<byte> destination);

    /// <summary>
    /// Decrypts into <paramref name="plaintext"/>, of which 16 bytes less than the ciphertext are used; false, and nothing disclosed, when
    /// the tag does not fit or the destination is too short.
    /// </summary>
    bool TryDecrypt(
        PacketNonce nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> associatedData, Span<byte> plaintext, out int written);
}
