using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.Simulation.Gossip;

namespace OpStack.P2P.Tests.Simulation;

/// <summary>What the network does to frames: the simulator's own ground truth.</summary>
public sealed class VirtualLinkTests
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);
    private static readonly LinkOptions Exact = new() { Latency = _ => Latency, Jitter = TimeSpan.Zero, UplinkBytesPerSecond = 1_000_000 };

    /// <summary>A peer that notes what comes.</summary>
    private sealed class Probe : VirtualPeer
    {
        public Probe(GossipNetwork network, int index)
            : base(network, index, null) => network.Add(this);

        public List<(TimeSpan At, int Bytes)> Received { get; } = [];

        public int Disconnects { get; private set; }

        public TimeSpan DisconnectedAt { get; private set; }

        public int WriteTimeouts { get; private set; }

        public VirtualLink Link => Links.Values.Single();

        public override void OnConnected(VirtualLink link) => link.Queue.Open(1);

        public override void OnDisconnected(VirtualLink link) => (Disconnects, DisconnectedAt) = (Disconnects + 1, Time.Now);

        public override void OnFrame(VirtualLink link, WireFrame frame)
        {
            Received.Add((Time.Now, frame.Bytes));
            frame.Release();
        }

        public override void OnWriteTimeout(VirtualLink link) => WriteTimeouts++;
    }

    private static (GossipNetwork Network, Probe A, Probe B) Pair(LinkOptions options, int seed = 1)
    {
        GossipNetwork network = new(seed, options);
        Probe a = new(network, 0), b = new(network, 1);
        network.Dial(a, b);
        network.Time.RunTo(TimeSpan.FromSeconds(1));
        return (network, a, b);
    }

    [Fact]
    public void A_frame_takes_its_length_over_the_bandwidth_and_the_latency_and_frames_wait_for_each_other()
    {
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact);
        a.Link.SendRaw(new byte[10_000]);
        a.Link.SendRaw(new byte[20_000]);
        network.Time.RunTo(TimeSpan.FromSeconds(2));
        Assert.Equal([(TimeSpan.FromMilliseconds(1060), 10_000), (TimeSpan.FromMilliseconds(1080), 20_000)], b.Received);
        network.Dispose();
    }

    [Fact]
    public void Connections_of_a_node_share_its_uplink_in_turn()
    {
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact);
        Probe c = new(network, 2);
        network.Dial(a, c);
        network.Time.RunTo(TimeSpan.FromSeconds(2));
        VirtualLink toB = a.Links[b.Id], toC = a.Links[c.Id];
        toB.SendRaw(new byte[10_000]);
        toB.SendRaw(new byte[10_000]);
        toB.SendRaw(new byte[10_000]);
        toC.SendRaw(new byte[10_000]);
        network.Time.RunTo(TimeSpan.FromSeconds(3));
        Assert.Equal([2060, 2070, 2090], b.Received.Select(r => r.At.TotalMilliseconds));
        Assert.Equal([2080], c.Received.Select(r => r.At.TotalMilliseconds));
        network.Dispose();
    }

    // Lost once: 200 ms later; twice: 600 ms; three times: 1,400 ms. What was sent after it waits.
    [Fact]
    public void A_lost_frame_arrives_a_retransmission_later_and_the_order_is_kept()
    {
        const int Frames = 4_000;
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact with { Loss = 0.1 });
        for (int i = 0; i < Frames; i++)
        {
            int bytes = i + 1;
            network.Time.At(TimeSpan.FromSeconds(10 * (i + 1)), () => a.Link.SendRaw(new byte[bytes]));
        }

        network.Time.RunTo(TimeSpan.FromSeconds(10 * (Frames + 2)));
        Assert.Equal(Enumerable.Range(1, Frames), b.Received.Select(r => r.Bytes));
        Dictionary<int, int> delays = b.Received
            .Select(r => (int)Math.Round((r.At - TimeSpan.FromSeconds(10 * r.Bytes) - Latency - TimeSpan.FromMicroseconds(r.Bytes)).TotalMilliseconds))
            .GroupBy(delay => delay).ToDictionary(group => group.Key, group => group.Count());
        Assert.Subset(new HashSet<int> { 0, 200, 600, 1400, 3000 }, delays.Keys.ToHashSet());
        Assert.InRange(delays[0], 0.88 * Frames, 0.92 * Frames);
        Assert.InRange(delays[200], 0.07 * Frames, 0.11 * Frames);
        network.Dispose();
    }

    [Fact]
    public void A_frame_behind_a_lost_one_does_not_overtake_it()
    {
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact with { Loss = 0.3 }, seed: 2);
        for (int i = 1; i <= 200; i++)
        {
            a.Link.SendRaw(new byte[i]);
        }

        network.Time.RunTo(TimeSpan.FromSeconds(60));
        Assert.Equal(Enumerable.Range(1, 200), b.Received.Select(r => r.Bytes));
        Assert.True(b.Received[^1].At > TimeSpan.FromSeconds(1.2));
        network.Dispose();
    }

    [Fact]
    public void Who_does_not_read_stops_its_sender_at_the_window_and_the_write_times_out()
    {
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact);
        b.SetReading(false);
        for (int i = 0; i < 40; i++)
        {
            a.Link.SendRaw(new byte[10_000]);
        }

        network.Time.RunTo(TimeSpan.FromSeconds(20));
        Assert.Empty(b.Received);
        Assert.Equal(Math.Ceiling(YamuxLimits.InitialWindow / 10_000.0), a.Uplink.Frames);
        Assert.Equal(0, a.WriteTimeouts);
        network.Time.RunTo(TimeSpan.FromSeconds(40));
        Assert.Equal(1, a.WriteTimeouts);
        b.SetReading(true);
        network.Time.RunTo(TimeSpan.FromSeconds(42));
        Assert.Equal(40, b.Received.Count);
        network.Dispose();
    }

    [Fact]
    public void Control_goes_before_messages_and_a_full_queue_drops()
    {
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact);
        GossipFrame frame = network.Frame("topic", new byte[10_000]);
        int dropped = 0;
        for (int i = 0; i < 300; i++)
        {
            frame.Retain();
            dropped += a.Link.Queue.TryEnqueue(frame, default, out _) ? 0 : 1;
        }

        GossipRpc graft = new();
        graft.Graft.Add("topic");
        Assert.True(a.Link.Queue.TryEnqueue(graft, out int madeRoom));
        Assert.Equal((300 - RpcLimits.SendQueueEntries, 1), (dropped, madeRoom));
        frame.Release();
        a.Uplink.Ready(a.Link);
        network.Time.RunTo(TimeSpan.FromSeconds(30));
        Assert.Equal(RpcLimits.SendQueueEntries, b.Received.Count);
        Assert.True(b.Received[0].Bytes < 100);
        network.Dispose();
        Assert.Equal(0, network.FramesHeld);
    }

    [Fact]
    public void A_short_partition_delays_to_the_next_retransmission_and_a_long_one_ends_connections_by_their_pings()
    {
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact);
        network.Partition(peer => peer == a);
        a.Link.SendRaw(new byte[1_000]);
        network.Time.RunTo(TimeSpan.FromSeconds(4));
        Assert.Empty(b.Received);
        network.Heal();
        network.Time.RunTo(TimeSpan.FromSeconds(9));

        // Sent after 1 s; tried again after 0.2, 0.6, 1.4 and 3.0 s: the fourth is the first after the heal at 4 s.
        Assert.Equal([TimeSpan.FromMilliseconds(1001 + 3000 + 50)], b.Received.Select(r => r.At));

        network.Partition(peer => peer == a);
        network.Time.RunTo(TimeSpan.FromSeconds(60));
        Assert.Equal((1, 1), (a.Disconnects, b.Disconnects));
        Assert.All([a, b], probe => Assert.InRange(probe.DisconnectedAt.TotalSeconds, 19, 49));
        network.Dial(a, b);
        network.Time.RunTo(TimeSpan.FromSeconds(70));
        Assert.Empty(a.Links);
        network.Heal();
        network.Dial(a, b);
        network.Time.RunTo(TimeSpan.FromSeconds(80));
        Assert.Single(a.Links);
        network.Dispose();
    }

    [Fact]
    public void A_peer_that_leaves_is_noticed_at_once_and_one_that_vanishes_by_its_silence()
    {
        (GossipNetwork network, Probe a, Probe b) = Pair(Exact);
        network.Remove(a, vanishes: false);
        network.Time.RunTo(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromMilliseconds(1050), b.DisconnectedAt);

        Probe again = new(network, 0);
        network.Dial(again, b);
        network.Time.RunTo(TimeSpan.FromSeconds(3));
        network.Remove(again, vanishes: true);
        network.Time.RunTo(TimeSpan.FromSeconds(60));
        Assert.Equal(2, b.Disconnects);
        Assert.InRange(b.DisconnectedAt.TotalSeconds, 13, 43);
        network.Dispose();
    }
}
