using System.Buffers.Binary;

namespace OpStack.Discv5.Packets;

/// <summary>The 12-byte nonce of a packet: 4 bytes that count and 8 that are random. Names the packet a WHOAREYOU answers.</summary>
internal readonly record struct PacketNonce
{
    private readonly uint _counter;
    private readonly ulong _random;

    /// <summary>Makes a nonce: the counter, big-endian, before the random part.</summary>
    internal PacketNonce(uint counter, ulong random) => (_counter, _random) = (counter, random);

    /// <summary>Reads exactly 12 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 12.</exception>
    internal PacketNonce(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != PacketLimits.NonceSize)
            throw new ArgumentException("A nonce is 12 bytes.", nameof(bytes));
        _counter = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        _random = BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(uint)..]);
    }

    /// <summary>Writes 12 bytes.</summary>
    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, _counter);
        BinaryPrimitives.WriteUInt64BigEndian(destination[sizeof(uint)..], _random);
    }

    /// <summary>24 lower-case hex digits.</summary>
    public override string ToString() => $"{_counter:x8}{_random:x16}";
}
