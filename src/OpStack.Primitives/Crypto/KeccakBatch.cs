using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OpStack.Primitives.Crypto;

/// <summary>
/// Hashes many inputs at once, one in each state of a wide lane. A state whose input ends takes the next one, so the lengths may differ; when only
/// one input is left it is hashed alone. Allocates nothing.
/// </summary>
internal static class KeccakBatch
{
    private const int MaxWidth = 8;
    private const int Rate = Keccak256Hasher.Rate;

    /// <summary>In the widest lanes that this machine has registers for.</summary>
    public static void Hash<TInputs>(TInputs inputs, Span<Hash256> hashes)
        where TInputs : IKeccakInputs, allows ref struct
    {
        // The words of a block are read as they lie in memory.
        if (BitConverter.IsLittleEndian && Vector512.IsHardwareAccelerated)
        {
            Hash<TInputs, KeccakLane8>(inputs, hashes);
        }
        else if (BitConverter.IsLittleEndian && Vector256.IsHardwareAccelerated)
        {
            Hash<TInputs, KeccakLane4>(inputs, hashes);
        }
        else
        {
            // ARM64 too: its registers hold two lanes and have no rotation, which leaves too little to gain for a path of its own.
            HashInTurn(inputs, hashes);
        }
    }

    /// <summary>The plain way, one input after the other.</summary>
    internal static void HashInTurn<TInputs>(TInputs inputs, Span<Hash256> hashes)
        where TInputs : IKeccakInputs, allows ref struct
    {
        for (int index = 0; index < inputs.Count; index++)
        {
            Cursor cursor = new(index, inputs.Body(index));
            HashRest(inputs, cursor, default, hashes);
        }
    }

    /// <summary>The same in lanes of a given width.</summary>
    internal static void Hash<TInputs, TLane>(TInputs inputs, Span<Hash256> hashes)
        where TInputs : IKeccakInputs, allows ref struct
        where TLane : unmanaged, IKeccakLane<TLane>
    {
        Span<TLane> state = stackalloc TLane[KeccakPermutation.LaneCount];
        Span<ulong> words = MemoryMarshal.Cast<TLane, ulong>(state);
        state.Clear();
        Span<byte> blocks = stackalloc byte[MaxWidth * Rate];
        blocks.Clear();
        Cursors storage = default;
        Span<Cursor> cursors = ((Span<Cursor>)storage)[..TLane.Width];

        int next = 0;
        int active = 0;
        for (; next < Math.Min(TLane.Width, inputs.Count); next++, active++)
        {
            cursors[next] = new Cursor(next, inputs.Body(next));
        }

        while (active > 1)
        {
            for (int k = 0; k < cursors.Length; k++)
            {
                cursors[k].FillBlock(inputs, blocks.Slice(k * Rate, Rate));
            }

            Absorb(state, MemoryMarshal.Cast<byte, ulong>(blocks));
            KeccakPermutation.Permute(state);
            for (int k = 0; k < cursors.Length; k++)
            {
                if (!cursors[k].IsDone)
                {
                    continue;
                }

                WriteHash(words, k, TLane.Width, ref hashes[cursors[k].Index]);
                ClearState(words, k, TLane.Width);
                cursors[k] = next < inputs.Count ? new Cursor(next, inputs.Body(next)) : default;
                active -= next < inputs.Count ? 0 : 1;
                next++;
            }
        }

        for (int k = 0; k < cursors.Length; k++)
        {
            if (cursors[k].IsActive)
            {
                HashRest(inputs, cursors[k], new Keccak256Hasher(words, k, TLane.Width), hashes);
            }
        }
    }

    private static void HashRest<TInputs>(TInputs inputs, Cursor cursor, Keccak256Hasher hasher, Span<Hash256> hashes)
        where TInputs : IKeccakInputs, allows ref struct
    {
        if (cursor.IsAtHead)
        {
            Span<byte> head = stackalloc byte[IKeccakInputs.MaxHeadLength];
            hasher.Append(head[..inputs.WriteHead(cursor.Index, head)]);
        }

        hasher.Append(cursor.Rest.Span);
        hasher.GetHashAndReset(MemoryMarshal.AsBytes(hashes.Slice(cursor.Index, 1)));
    }

    private static void Absorb<TLane>(Span<TLane> state, ReadOnlySpan<ulong> blocks)
        where TLane : unmanaged, IKeccakLane<TLane>
    {
        for (int word = 0; word < Rate / sizeof(ulong); word++)
        {
            state[word] ^= TLane.Gather(blocks, word);
        }
    }

    private static void WriteHash(ReadOnlySpan<ulong> words, int k, int width, ref Hash256 hash)
    {
        Span<ulong> target = MemoryMarshal.Cast<Hash256, ulong>(new Span<Hash256>(ref hash));
        for (int word = 0; word < target.Length; word++)
        {
            target[word] = words[(word * width) + k];
        }
    }

    private static void ClearState(Span<ulong> words, int k, int width)
    {
        for (; k < words.Length; k += width)
        {
            words[k] = 0;
        }
    }

    /// <summary>How far an input is hashed. The default value is no input.</summary>
    private struct Cursor(int index, ReadOnlyMemory<byte> body)
    {
        public readonly int Index = index;

        public ReadOnlyMemory<byte> Rest { get; private set; } = body;

        public readonly bool IsActive { get; } = true;

        public bool IsAtHead { get; private set; } = true;

        /// <summary>The block filled last was the input's last.</summary>
        public bool IsDone { get; private set; }

        public void FillBlock<TInputs>(TInputs inputs, scoped Span<byte> block)
            where TInputs : IKeccakInputs, allows ref struct
        {
            if (!IsActive)
            {
                return;
            }

            int filled = IsAtHead ? inputs.WriteHead(Index, block[..IKeccakInputs.MaxHeadLength]) : 0;
            IsAtHead = false;
            int taken = Math.Min(Rate - filled, Rest.Length);
            Rest.Span[..taken].CopyTo(block[filled..]);
            Rest = Rest[taken..];
            filled += taken;
            if (filled < Rate)
            {
                // pad10*1, as in Keccak256Hasher.
                block[filled..].Clear();
                block[filled] = Keccak256Hasher.KeccakPadding;
                block[^1] |= 0x80;
                IsDone = true;
            }
        }
    }

    [InlineArray(MaxWidth)]
    private struct Cursors
    {
        private Cursor _first;
    }
}
