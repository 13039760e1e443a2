using System.Buffers.Binary;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>A heartbeat of a router that has settled, with op-node's scores (target 7), and the curve of its cost.</summary>
internal static class HeartbeatRows
{
    private const double MillisecondNanoseconds = 1e6;
    private const double TargetMilliseconds = 2;

    // As many as a chain has.
    private const int BlockTopics = 4;
    private const int WarmUp = 100;

    public static IEnumerable<Row> Create() =>
    [
        Row("Heartbeat, 1,000 peers, 4 topics", Target.TimeAtMost(1), 1_000, BlockTopics),
        Gossiping("Heartbeat that gossips, 1,000 peers, 4 topics", Target.TimeAtMost(1), 1_000, BlockTopics),
        .. new[] { 10, 100, 3_000 }.Select(peers => Row($"Heartbeat curve, {peers} peers, 4 topics", Target.None, peers, BlockTopics)),
        .. new[] { 1, 16 }.Select(topics => Row($"Heartbeat curve, 1000 peers, {topics} topics", Target.None, 1_000, topics)),
    ];

    /// <summary>After a message on every topic since the last one, which is far more than a chain has.</summary>
    private static Row Gossiping(string name, Target target, int peers, int topics) => Benchmarks.Row.Measured(name, "2 ms", target, budget =>
    {
        Settled router = new(peers, topics);
        List<double> times = [];
        long end = Clocks.Wall() + (long)budget.TotalNanoseconds;
        for (int round = -WarmUp; round < WarmUp || Clocks.Wall() < end; round++)
        {
            router.Publish();
            long begin = Clocks.Thread();
            router.Heartbeat();
            if (round >= 0)
            {
                times.Add(Clocks.Thread() - begin);
            }
        }

        return new Samples(times, [.. times.Select(_ => TargetMilliseconds * MillisecondNanoseconds)]);
    });

    private static Row Row(string name, Target target, int peers, int topics) => new(name, "2 ms", target, () =>
        new Contest(new Settled(peers, topics).Heartbeat, TargetMilliseconds * MillisecondNanoseconds) { MaxAllocated = 0 });

    /// <summary>A router whose peers have all subscribed to all topics, and whose meshes are made.</summary>
    private sealed class Settled
    {
        private const int Heartbeats = 60;
        private readonly GossipsubRouter _router;
        private readonly string[] _topics;
        private int _published;
        private readonly List<RouterOutput> _outputs = [];

        public Settled(int peers, int topics)
        {
            string[] names = _topics = [.. Enumerable.Range(0, topics).Select(i => $"/optimism/10/{i}/blocks")];
            GossipsubOptions options = new();
            PeerScoreParams scores = new PeerScoreOptions().ToParams(names, TimeSpan.FromSeconds(2), options.SeenTtl)!;
            _router = new GossipsubRouter(Peer(-1), options, new PeerScore(scores, PeerScoreOptions.LightThresholds), new Random(1), TimeSpan.Zero);
            foreach (string topic in names)
            {
                Handle(new RouterInput.Join(topic));
            }

            for (int i = 0; i < peers; i++)
            {
                GossipRpc hello = new();
                hello.Subscriptions.AddRange(names.Select(topic => new SubscriptionEntry(topic, true)));
                Handle(new RouterInput.PeerConnected(Peer(i), GossipsubVersion.V12, Outbound: i % 2 == 0));
                Handle(new RouterInput.RpcReceived(Peer(i), hello));
            }

            for (int i = 0; i < Heartbeats; i++)
            {
                Heartbeat();
            }
        }

        /// <summary>The next heartbeat, and the decay of scores if it falls due before.</summary>
        public void Heartbeat()
        {
            long before = _router.Counters.Heartbeats;
            while (_router.Counters.Heartbeats == before)
            {
                _router.Tick(_router.NextDeadline, _outputs);
                _outputs.Clear();
            }
        }

        /// <summary>A message of ours on every topic.</summary>
        public void Publish()
        {
            byte[] id = new byte[20];
            foreach (string topic in _topics)
            {
                BinaryPrimitives.WriteInt32BigEndian(id, ++_published);
                Handle(new RouterInput.Publish(topic, new MessageId(id), GossipFrame.Encode(topic, new byte[1_000])));
            }
        }

        private static PeerId Peer(int number)
        {
            byte[] multihash = new byte[34];
            multihash[0] = 0x12;
            multihash[1] = 32;
            BinaryPrimitives.WriteInt32BigEndian(multihash.AsSpan(2), number);
            return PeerId.TryDecode(multihash, out PeerId? id) ? id : throw new InvalidOperationException("No peer id.");
        }

        private void Handle(RouterInput input)
        {
            _router.Handle(input, TimeSpan.Zero, _outputs);
            foreach (RouterOutput output in _outputs)
            {
                (output as RouterOutput.SendMessage)?.Frame.Release();
            }

            _outputs.Clear();
        }
    }
}
