using System.Buffers.Binary;
using System.Net;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>The network between peers: who is on it, who is connected to whom, and what gets through. One seed gives one run.</summary>
internal sealed class GossipNetwork : IDisposable
{
    private readonly List<VirtualPeer> _peers = [];
    private readonly Dictionary<int, VirtualPeer> _byIndex = [];
    private readonly HashSet<(int, int)> _dialling = [];
    private readonly List<GossipFrame> _frames = [];
    private Func<VirtualPeer, bool>? _side;

    public GossipNetwork(int seed, LinkOptions options)
    {
        Random = new Random(seed);
        Options = options;
    }

    public VirtualTime Time { get; } = new();

    /// <summary>Source of every random choice of the network; each router has one of its own, seeded here.</summary>
    public Random Random { get; }

    public LinkOptions Options { get; }

    public TraceHash Trace { get; } = new();

    public SharedMessages Messages { get; } = new();

    public MeshLedger Meshes { get; } = new();

    /// <summary>Messages somebody still holds; none after disposal, or a reference was lost.</summary>
    public int FramesHeld => _frames.Count(IsHeld);

    /// <summary>Who is on the network now.</summary>
    public IReadOnlyList<VirtualPeer> Peers => _peers;

    public static PeerId PeerIdOf(int index)
    {
        Span<byte> multihash = stackalloc byte[34];
        multihash.Clear();
        (multihash[0], multihash[1]) = (0x12, 32);
        BinaryPrimitives.WriteInt32BigEndian(multihash[2..], index);
        return PeerId.TryDecode(multihash, out PeerId? id) ? id : throw new InvalidOperationException("No peer id.");
    }

    /// <summary>An address that nobody shares.</summary>
    public static IPAddress AddressOf(int index) => new([10, (byte)(index >> 16), (byte)(index >> 8), (byte)index]);

    /// <summary>Puts a peer on the network.</summary>
    public void Add(VirtualPeer peer)
    {
        _peers.Add(peer);
        _byIndex[peer.Index] = peer;
    }

    /// <summary>The peer of this number, if it is on the network.</summary>
    public VirtualPeer? Find(int index) => _byIndex.GetValueOrDefault(index);

    /// <summary>The peer of this id, if it is on the network.</summary>
    public VirtualPeer? Find(PeerId id) => Find(BinaryPrimitives.ReadInt32BigEndian(id.Bytes.Span[2..]));

    /// <summary>Dials, unless the two are connected. The connection is there some round trips later, if the other side takes it.</summary>
    public void Dial(VirtualPeer from, VirtualPeer to)
    {
        if (from.Links.ContainsKey(to.Id) || !_dialling.Add((from.Index, to.Index)))
        {
            return;
        }

        TimeSpan latency = Options.Latency(Random);
        Time.After(2 * LinkOptions.HandshakeRoundTrips * latency, () =>
        {
            _dialling.Remove((from.Index, to.Index));
            if (from.IsUp && to.IsUp && !IsCut(from, to) && !from.Links.ContainsKey(to.Id))
            {
                Connect(from, to, latency);
            }
        });
    }

    /// <summary>True while the one dials the other.</summary>
    public bool IsDialling(VirtualPeer from, VirtualPeer to) => _dialling.Contains((from.Index, to.Index));

    /// <summary>Takes a peer off the network: it closes its connections, or falls silent and leaves it to the others to notice.</summary>
    public void Remove(VirtualPeer peer, bool vanishes)
    {
        _peers.Remove(peer);
        _byIndex.Remove(peer.Index);
        foreach (VirtualLink link in peer.Links.Values.ToList())
        {
            if (vanishes)
            {
                link.Vanish();
                link.Reverse.Cut();
            }
            else
            {
                link.Close();
            }
        }

        peer.Stop();
    }

    /// <summary>Splits the network in two: nothing gets from one side to the other.</summary>
    public void Partition(Func<VirtualPeer, bool> side)
    {
        _side = side;
        foreach (VirtualLink link in Links().Where(link => IsCut(link.From, link.To)).ToList())
        {
            link.Cut();
        }
    }

    /// <summary>Ends the partition.</summary>
    public void Heal()
    {
        _side = null;
        foreach (VirtualLink link in Links().Where(link => link.IsCut && link.To.IsUp).ToList())
        {
            link.Heal();
        }
    }

    /// <summary>Takes everybody off the network and gives every frame back.</summary>
    public void Dispose()
    {
        foreach (VirtualPeer peer in _peers.ToList())
        {
            Remove(peer, vanishes: false);
        }

        // What is still on the way arrives at nobody.
        Time.Finish();
        Trace.Dispose();
    }

    /// <summary>A message of somebody's; carries one reference.</summary>
    public GossipFrame Frame(string topic, ReadOnlySpan<byte> data)
    {
        GossipFrame frame = GossipFrame.Encode(topic, data);
        _frames.Add(frame);
        return frame;
    }

    private IEnumerable<VirtualLink> Links() => _peers.SelectMany(peer => peer.Links.Values);

    private static bool IsHeld(GossipFrame frame)
    {
        bool held = frame.TryRetain();
        if (held)
        {
            frame.Release();
        }

        return held;
    }

    private bool IsCut(VirtualPeer one, VirtualPeer other) => _side is { } side && side(one) != side(other);

    private void Connect(VirtualPeer from, VirtualPeer to, TimeSpan latency)
    {
        // The end of a connection to an earlier life of the dialler, which nobody has told of its end.
        if (to.Links.TryGetValue(from.Id, out VirtualLink? stale))
        {
            stale.Close();
        }

        if (to.Links.Values.Count(link => !link.Outbound) >= to.MaxInbound)
        {
            return;
        }

        VirtualLink there = new(this, from, to, outbound: true, latency), back = new(this, to, from, outbound: false, latency);
        (there.Reverse, back.Reverse) = (back, there);
        from.Links.Add(to.Id, there);
        to.Links.Add(from.Id, back);
        Trace.Add(Time.Now, TraceKind.Connect, from.Index, to.Index, 0);
        from.OnConnected(there);
        to.OnConnected(back);
    }
}
