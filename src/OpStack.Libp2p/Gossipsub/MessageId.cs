using System.Runtime.CompilerServices;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>A gossip message id: 1 to 32 raw bytes, held inline so that caches of ids allocate nothing.</summary>
public readonly struct MessageId : IEquatable<MessageId>
{
    /// <summary>Longest id in bytes. Longer ids (the wire allows 64) can never be ours and are ignored where they are read.</summary>
    public const int MaxLength = 32;

    private readonly Bytes32 _bytes;
    private readonly byte _length;

    /// <summary>Copies 1 to 32 bytes; throws <see cref="ArgumentException"/> otherwise.</summary>
    public MessageId(ReadOnlySpan<byte> id)
    {
        if (id.Length is 0 or > MaxLength)
        {
            throw new ArgumentException($"A message id has 1 to {MaxLength} bytes.", nameof(id));
        }

        id.CopyTo(_bytes);
        _length = (byte)id.Length;
    }

    /// <summary>Length in bytes; 0 for the default value, which is no id.</summary>
    public int Length => _length;

    /// <summary>Copies <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_bytes)[.._length].CopyTo(destination);

    /// <inheritdoc/>
    public bool Equals(MessageId other) => _length == other._length && ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MessageId other && Equals(other);

    /// <summary>Randomised per process: a peer must not be able to choose ids that collide.</summary>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(((ReadOnlySpan<byte>)_bytes)[.._length]);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => Convert.ToHexStringLower(((ReadOnlySpan<byte>)_bytes)[.._length]);

    /// <summary>Equality of bytes.</summary>
    public static bool operator ==(MessageId left, MessageId right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(MessageId left, MessageId right) => !left.Equals(right);

    [InlineArray(MaxLength)]
    private struct Bytes32
    {
        private byte _first;
    }
}
