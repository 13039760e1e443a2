using System.Numerics;

namespace OpStack.P2P.Payloads;

/// <summary>
/// The key of an item in an ordered trie, rlp(index), as nibbles: left-aligned in 32 bits, which holds indices below 2^24.
/// </summary>
internal readonly struct TrieKey
{
    /// <summary>Longest path in bytes: the flags and four more.</summary>
    public const int MaxPathLength = 5;

    private const int NibbleBits = 4;
    private const int MaxNibbles = 32 / NibbleBits;

    // Hex-prefix flags (yellow paper appendix C).
    private const int LeafFlag = 2;
    private const int OddFlag = 1;

    private readonly uint _nibbles;

    public TrieKey(int index)
    {
        // 1..127 are their own encoding; 0 is the empty string 0x80; the others are 0x81..0x83 and their bytes.
        int bytes = (BitOperations.Log2((uint)index | 1) / 8) + 1;
        (_nibbles, Length) = index switch
        {
            0 => (0x80u << 24, 2),
            < 0x80 => ((uint)index << 24, 2),
            _ => (((uint)(0x80 + bytes) << 24) | ((uint)index << (8 * (3 - bytes))), 2 + (2 * bytes)),
        };
    }

    /// <summary>Count of nibbles: 2, 4, 6 or 8.</summary>
    public int Length { get; }

    public int this[int depth] => (int)(_nibbles >> (NibbleBits * (MaxNibbles - 1 - depth))) & 0xF;

    /// <summary>How many nibbles both keys share from their beginning.</summary>
    public int CommonPrefix(TrieKey other) => BitOperations.LeadingZeroCount(_nibbles ^ other._nibbles) / NibbleBits;

    /// <summary>Writes nibbles from..to in hex-prefix form; returns the count of bytes: 1 to 5.</summary>
    public int WritePath(int from, int to, bool isLeaf, Span<byte> destination)
    {
        bool odd = ((to - from) & 1) != 0;
        int flag = (isLeaf ? LeafFlag : 0) | (odd ? OddFlag : 0);
        destination[0] = (byte)((flag << NibbleBits) | (odd ? this[from++] : 0));
        int written = 1;
        for (; from < to; from += 2)
        {
            destination[written++] = (byte)((this[from] << NibbleBits) | this[from + 1]);
        }

        return written;
    }
}
