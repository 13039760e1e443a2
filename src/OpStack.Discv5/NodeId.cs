using OpStack.Primitives;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5;

/// <summary>A discv5 node id: keccak256 of the public key's X ‖ Y (EIP-778 identity scheme v4). 32 bytes.</summary>
public readonly struct NodeId : IEquatable<NodeId>, IComparable<NodeId>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = Hash256.Size;

    private readonly Hash256 _value;

    /// <summary>Takes a hash as an id.</summary>
    public NodeId(Hash256 value) => _value = value;

    /// <summary>The id of a key.</summary>
    public static NodeId FromPublicKey(Secp256k1PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> uncompressed = stackalloc byte[Secp256k1PublicKey.UncompressedSize];
        key.WriteUncompressed(uncompressed);
        return new NodeId(Keccak256.Hash(uncompressed[1..]));
    }

    /// <summary>The id as a hash.</summary>
    public Hash256 ToHash256() => _value;

    /// <summary>
    /// Logarithmic distance: the bit length of the XOR of both ids, 0 (the same id) to 256.
    /// </summary>
    public int DistanceTo(NodeId other)
    {
        ReadOnlySpan<byte> a = _value.AsSpan(), b = other._value.AsSpan();
        for (int i = 0; i < Size; i++)
        {
            int difference = a[i] ^ b[i];
            if (difference != 0)
            {
                return ((Size - i) * 8) - (byte.LeadingZeroCount((byte)difference));
            }
        }

        return 0;
    }

    /// <summary>Whether two ids differ in the bit that decides a logarithmic distance, 1 (the lowest) to 256.</summary>
    internal bool DiffersAt(int distance, NodeId other)
    {
        int place = Size - 1 - ((distance - 1) / 8);
        return (((_value.AsSpan()[place] ^ other._value.AsSpan()[place]) >> ((distance - 1) % 8)) & 1) != 0;
    }

    /// <summary>Which of two ids is closer to <paramref name="target"/> by XOR distance: below 0 when <paramref name="left"/> is.</summary>
    public static int CompareDistance(NodeId target, NodeId left, NodeId right)
    {
        ReadOnlySpan<byte> t = target._value.AsSpan(), l = left._value.AsSpan(), r = right._value.AsSpan();
        for (int i = 0; i < Size; i++)
        {
            int order = (l[i] ^ t[i]).CompareTo(r[i] ^ t[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public bool Equals(NodeId other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NodeId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => _value.AsSpan().SequenceCompareTo(other._value.AsSpan());

    /// <summary>64 lower-case hex digits without 0x, as geth and op-node print it.</summary>
    public override string ToString() => Convert.ToHexStringLower(_value.AsSpan());

    /// <summary>Equality of bytes.</summary>
    public static bool operator ==(NodeId left, NodeId right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(NodeId left, NodeId right) => !left.Equals(right);
}
