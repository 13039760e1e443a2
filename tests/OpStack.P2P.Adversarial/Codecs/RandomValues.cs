using System.Text;
using OpStack.Libp2p.Identity;
using OpStack.Primitives;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>Random parts of valid encodings.</summary>
internal static class RandomValues
{
    public static byte[] Bytes(this Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static Hash256 Hash(this Random random) => new(random.Bytes(Hash256.Size));

    public static Address Account(this Random random) => new(random.Bytes(Address.Size));

    /// <summary>Printable ASCII without quotes and backslashes.</summary>
    public static string Word(this Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z' + 1)));

    public static T OneOf<T>(this Random random, params T[] values) => values[random.Next(values.Length)];

    /// <summary>One of a few ids, of both kinds of key that peers have.</summary>
    public static PeerId Peer(this Random random) => Peers[random.Next(Peers.Length)];

    public static byte[] Utf8(this string text) => Encoding.UTF8.GetBytes(text);

    public static string Utf8Text(this byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>Keys that are the same in every run.</summary>
    public static KeyPair Secp256k1Key { get; } = KeyPair.FromSecp256k1([.. Enumerable.Repeat((byte)0x46, 32)]);

    public static KeyPair Ed25519Key { get; } = KeyPair.FromEd25519([.. Enumerable.Repeat((byte)0x47, 32)]);

    private static readonly PeerId[] Peers = [Secp256k1Key.PeerId, Ed25519Key.PeerId, KeyPair.FromEd25519([.. Enumerable.Repeat((byte)0x48, 32)]).PeerId];
}
