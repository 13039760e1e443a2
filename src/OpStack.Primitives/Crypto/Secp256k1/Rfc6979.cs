using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Deterministic nonces (RFC 6979 section 3.2) with HMAC-SHA256. Hash and order have 256 bits each, so a candidate is one HMAC output.
/// Must not branch on the key or a nonce, except on the verdict that a candidate is out of range.
/// </summary>
internal ref struct Rfc6979
{
    /// <summary>Bytes of caller-owned secret state: K, V, and the longest HMAC message V ‖ 0x00 ‖ key ‖ hash.</summary>
    internal const int WorkspaceSize = 4 * HashSize + HashSize + 1;

    private const int HashSize = 32;

    private readonly Span<byte> _workspace;
    private bool _started;

    /// <summary>Steps b to f. The caller zeroes <paramref name="workspace"/> when done.</summary>
    /// <param name="workspace">State of <see cref="WorkspaceSize"/> bytes.</param>
    /// <param name="secret">The key, 32 bytes big-endian (int2octets).</param>
    /// <param name="reducedHash">The hash modulo n, 32 bytes big-endian (bits2octets).</param>
    internal Rfc6979(Span<byte> workspace, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> reducedHash)
    {
        _workspace = workspace;
        Key.Clear();
        Value.Fill(1);
        secret.CopyTo(Message[(HashSize + 1)..]);
        reducedHash.CopyTo(Message[(2 * HashSize + 1)..]);
        Update(0, Message);
        Update(1, Message);
    }

    private readonly Span<byte> Key => _workspace[..HashSize];

    private readonly Span<byte> Value => _workspace.Slice(HashSize, HashSize);

    private readonly Span<byte> Message => _workspace[(2 * HashSize)..];

    /// <summary>The next candidate in 1..n-1 (step h).</summary>
    internal void Next(out Scalar nonce)
    {
        do
        {
            if (_started)
                Update(0, Message[..(HashSize + 1)]);
            _started = true;
            HMACSHA256.HashData(Key, Value, Value);
        }
        while (!Scalar.TryReadNonZero(Value, out nonce));
    }

    /// <summary>K = HMAC(K, V ‖ separator ‖ rest), V = HMAC(K, V); the rest already lies in the message.</summary>
    private readonly void Update(byte separator, Span<byte> message)
    {
        Value.CopyTo(message);
        message[HashSize] = separator;
        HMACSHA256.HashData(Key, message, Key);
        HMACSHA256.HashData(Key, Value, Value);
    }
}
