using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Peers;

/// <summary>Peers that are the same for the same number: those of <see cref="TestRecords"/>.</summary>
internal static class TestPeers
{
    private static readonly Dictionary<int, PeerId> Known = [];

    public static PeerId Of(int number)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(number, out PeerId? peer))
            {
                using Secp256k1PrivateKey key = TestRecords.Key(number);
                Known[number] = peer = key.PublicKey.ToPeerId();
            }

            return peer;
        }
    }

    public static PeerId[] Range(int count) => [.. Enumerable.Range(0, count).Select(Of)];

    /// <summary>A peer id that costs no elliptic curve, for tests that need thousands.</summary>
    public static PeerId Cheap(int number)
    {
        byte[] multihash = new byte[34];
        (multihash[0], multihash[1]) = (0x12, 32);
        BitConverter.TryWriteBytes(multihash.AsSpan(2), number);
        return PeerId.TryDecode(multihash, out PeerId? peer) ? peer : throw new InvalidOperationException();
    }

    public static Multiaddr Address(string ip = "52.1.2.3", int port = 9222) =>
        Multiaddr.Parse($"/{(ip.Contains(':') ? "ip6" : "ip4")}/{ip}/tcp/{port}");
}
