using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Tests.Payloads;

/// <summary>
/// The Merkle-Patricia trie as the yellow paper's appendix D defines it, written for clearness: the oracle of the streaming one.
/// </summary>
internal static class NaiveTrie
{
    public static Hash256 Root(IReadOnlyList<byte[]> items) => Keccak256.Hash(
        Node([.. items.Select((item, index) => (Nibbles(Rlp(index)), item)).Where(pair => pair.item.Length > 0)]));

    public static byte[] Rlp(int number)
    {
        byte[] bigEndian = [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
        return String([.. bigEndian.SkipWhile(digit => digit == 0)]);
    }

    public static byte[] String(byte[] value) => value.Length == 1 && value[0] < 0x80 ? value : [.. Prefix(0x80, value.Length), .. value];

    public static byte[] List(params byte[][] items)
    {
        byte[] payload = [.. items.SelectMany(item => item)];
        return [.. Prefix(0xC0, payload.Length), .. payload];
    }

    private static byte[] Node(List<(byte[] Path, byte[] Value)> items)
    {
        if (items.Count == 0)
        {
            return String([]);
        }

        if (items.Count == 1)
        {
            return List(String(HexPrefix(items[0].Path, leaf: true)), String(items[0].Value));
        }

        int shared = 0;
        while (items.All(item => item.Path[shared] == items[0].Path[shared]))
        {
            shared++;
        }

        if (shared > 0)
        {
            byte[] child = Reference(Node([.. items.Select(item => (item.Path[shared..], item.Value))]));
            return List(String(HexPrefix(items[0].Path[..shared], leaf: false)), child);
        }

        IEnumerable<byte[]> children = Enumerable.Range(0, 16).Select(nibble =>
            Reference(Node([.. items.Where(item => item.Path[0] == nibble).Select(item => (item.Path[1..], item.Value))])));
        return List([.. children, String([])]);
    }

    private static byte[] Reference(byte[] node) => node.Length < 32 ? node : String(Keccak256.Hash(node).ToArray());

    private static byte[] Nibbles(byte[] key) => [.. key.SelectMany(b => new[] { (byte)(b >> 4), (byte)(b & 15) })];

    private static byte[] HexPrefix(byte[] path, bool leaf)
    {
        byte flag = (byte)(leaf ? 2 : 0);
        byte[] padded = path.Length % 2 == 0 ? [flag, 0, .. path] : [(byte)(flag + 1), .. path];
        return [.. padded.Chunk(2).Select(pair => (byte)((pair[0] << 4) | pair[1]))];
    }

    private static byte[] Prefix(byte shortBase, int length)
    {
        if (length < 56)
        {
            return [(byte)(shortBase + length)];
        }

        byte[] digits = [.. new[] { (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length }.SkipWhile(digit => digit == 0)];
        return [(byte)(shortBase + 55 + digits.Length), .. digits];
    }
}
