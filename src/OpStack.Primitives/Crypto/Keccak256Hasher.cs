using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OpStack.Primitives.Crypto;

/// <summary>
/// Keccak-256 over data that arrives in pieces, without allocation. The default value is an empty hasher.
/// A mutable struct: a copy continues on its own, which is how a common prefix is hashed once.
/// </summary>
public struct Keccak256Hasher
{
    /// <summary>Bytes absorbed per permutation: 1600 bits less a capacity of 512 (FIPS 202 section 4).</summary>
    internal const int Rate = 136;

    /// <summary>The first padding byte of the original Keccak, which Ethereum uses; SHA-3 (FIPS 202) has 0x06.</summary>
    internal const byte KeccakPadding = 0x01;

    private Lanes _state;
    private int _position;

    /// <summary>Continues one of several states that lie side by side: every <paramref name="stride"/>th word from <paramref name="offset"/>.</summary>
    internal Keccak256Hasher(ReadOnlySpan<ulong> words, int offset, int stride)
    {
        Span<ulong> state = _state;
        for (int lane = 0; lane < state.Length; lane++)
            state[lane] = words[(lane * stride) + offset];
    }

    /// <summary>Absorbs <paramref name="data"/> after what was appended before.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        Span<ulong> state = _state;
        if (_position != 0)
        {
            int taken = Math.Min(Rate - _position, data.Length);
            AbsorbPartial(state, _position, data[..taken]);
            _position += taken;
            data = data[taken..];
            if (_position < Rate)
                return;
            KeccakPermutation.Permute(state);
            _position = 0;
        }

        while (data.Length >= Rate)
        {
            for (int lane = 0; lane < Rate / sizeof(ulong); lane++)
                state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(data[(lane * sizeof(ulong))..]);
            KeccakPermutation.Permute(state);
            data = data[Rate..];
        }

        AbsorbPartial(state, 0, data);
        _position = data.Length;
    }

    /// <summary>Writes the 32-byte hash of everything appended and returns the hasher to its empty state.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not 32 bytes long.</exception>
    public void GetHashAndReset(Span<byte> destination) => GetHashAndReset(destination, KeccakPadding);

    /// <summary>The same with the first padding byte given.</summary>
    internal void GetHashAndReset(Span<byte> destination, byte padding)
    {
        if (destination.Length != Keccak256.HashSize)
            throw new ArgumentException("A Keccak-256 hash is 32 bytes long.", nameof(destination));

        Span<ulong> state = _state;
        // pad10*1: the last byte of the block carries the closing bit, and both fall into one byte when 135 bytes are pending.
        AbsorbByte(state, _position, padding);
        AbsorbByte(state, Rate - 1, 0x80);
        KeccakPermutation.Permute(state);
        for (int lane = 0; lane < Keccak256.HashSize / sizeof(ulong); lane++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(lane * sizeof(ulong))..], state[lane]);
        this = default;
    }

    private static void AbsorbPartial(Span<ulong> state, int position, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong) && position % sizeof(ulong) == 0)
        {
            state[position / sizeof(ulong)] ^= BinaryPrimitives.ReadUInt64LittleEndian(data);
            position += sizeof(ulong);
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
            AbsorbByte(state, position++, value);
    }

    private static void AbsorbByte(Span<ulong> state, int position, byte value) =>
        state[position / sizeof(ulong)] ^= (ulong)value << (8 * (position % sizeof(ulong)));

    [InlineArray(KeccakPermutation.LaneCount)]
    private struct Lanes
    {
        private ulong _lane;
    }
}
