using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>Operations chosen at random from a seed, sensible and senseless ones, against one router.</summary>
internal sealed class RandomOperations : IDisposable
{
    private static readonly string[] Topics = ["a", "b", "c"];

    private readonly Random _random;
    private readonly RecordingScoring _scoring = new() { PenaltyWeight = -3, InvalidWeight = -5 };
    private readonly RouterHarness _router;
    private readonly List<int> _validating = [];
    private readonly HashSet<string> _joined = [];
    private readonly List<RouterOutput.SendRpc> _sent = [];
    private readonly HashSet<PeerId> _graylisted = [];
    private int _nextId;

    public RandomOperations(int seed)
    {
        _random = new Random(seed);
        GossipsubOptions options = new()
        {
            ValidationQueue = 6,
            ValidationThrottle = 10,
            SeenTtl = TimeSpan.FromSeconds(20),
            OpportunisticGraftTicks = 7,
            DirectConnectTicks = 11,
            DirectPeers = [RouterHarness.Peer(0), RouterHarness.Peer(1), RouterHarness.Peer(99)],
            PeerExchange = true,
            FloodPublish = seed % 2 == 0,
        };
        _router = new RouterHarness(options, _scoring, seed, join: false);
    }

    public HashSet<PeerId> Connected { get; } = [];

    public List<string> Trace { get; } = [];

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            List<RouterOutput> outputs = Step();
            foreach (RouterOutput.Validate validate in outputs.OfType<RouterOutput.Validate>())
            {
                _validating.Add(IdNumber(validate.Message.Decoded.Id));
            }

            _sent.AddRange(outputs.OfType<RouterOutput.SendRpc>());
            Trace.AddRange(outputs.Select(output => output.Line()));
            foreach (RouterOutput.GraylistChanged changed in outputs.OfType<RouterOutput.GraylistChanged>())
            {
                Assert.True(changed.IsGraylisted ? _graylisted.Add(changed.Peer) : _graylisted.Remove(changed.Peer), "told once");
            }

            RouterInvariants.Check(_router.State, Connected, _joined, _graylisted, outputs);
        }
    }

    public void Dispose() => _router.Dispose();

    private List<RouterOutput> Step() => _random.Next(18) switch
    {
        0 => Connect(),
        1 => Disconnect(),
        2 => Join(),
        3 => Leave(),
        4 => _router.Publish(_nextId++, _random.Next(1, 3000), Topic()),
        5 or 6 => _router.Message(Peer(), _nextId++, _random.Next(1, 3000), Topic()),
        7 => _router.Message(Peer(), OldId(), topic: Topic()),
        8 => _router.Handle(new ReceivedCopy(Peer(), Topic(), Id(OldId()))),
        9 or 10 => Validate(),
        11 or 12 => _router.Receive(Peer(), FillSubscriptionsAndMesh),
        13 => _router.Receive(Peer(), FillGossip),
        14 => Drop(),
        15 => Score(),
        16 => _router.Handle(Lose()),
        _ => Heartbeat(),
    };

    private string Topic() => Topics[_random.Next(Topics.Length)];

    private PeerId Peer() => RouterHarness.Peer(_random.Next(40));

    private int OldId() => _random.Next(Math.Max(1, _nextId));

    private static int IdNumber(MessageId id)
    {
        byte[] bytes = new byte[id.Length];
        id.CopyTo(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    private List<RouterOutput> Connect()
    {
        PeerId peer = Peer();
        Connected.Add(peer);
        return _router.Connect(peer, (GossipsubVersion)_random.Next(3), _random.Next(4) == 0);
    }

    private List<RouterOutput> Disconnect()
    {
        PeerId peer = Peer();
        Connected.Remove(peer);
        _graylisted.Remove(peer);
        return _router.Disconnect(peer);
    }

    private List<RouterOutput> Join()
    {
        string topic = Topic();
        _joined.Add(topic);
        return _router.Handle(new RouterInput.Join(topic));
    }

    private List<RouterOutput> Leave()
    {
        string topic = Topic();
        if (_random.Next(4) > 0)
        {
            return [];
        }

        _joined.Remove(topic);
        return _router.Handle(new RouterInput.Leave(topic));
    }

    private List<RouterOutput> Validate()
    {
        if (_validating.Count == 0)
        {
            return [];
        }

        int index = _random.Next(_validating.Count);
        int id = _validating[index];
        _validating.RemoveAt(index);
        return _router.Validated(id, (MessageAcceptance)_random.Next(3));
    }

    private List<RouterOutput> Drop()
    {
        if (_sent.Count == 0)
        {
            return [];
        }

        RouterOutput.SendRpc dropped = _sent[_random.Next(_sent.Count)];
        return _router.Handle(new RouterInput.SendDropped(dropped.Peer, dropped.Rpc));
    }

    private List<RouterOutput> Heartbeat()
    {
        List<RouterOutput> outputs = _random.Next(10) == 0 ? _router.Advance(TimeSpan.FromSeconds(_random.Next(90))) : [];
        outputs.AddRange(_router.Heartbeat());
        RouterInvariants.CheckAfterHeartbeat(_router.State, _router.Options, peer => _scoring.Scores.GetValueOrDefault(peer));
        return outputs;
    }

    private List<RouterOutput> Score()
    {
        _scoring.Scores[Peer()] = _random.Next(5) == 0 ? -_random.Next(200) : _random.Next(20);
        return [];
    }

    private RouterInput Lose() => _random.Next(4) switch
    {
        0 => new RouterInput.MessageLost(Peer()),
        1 => new RouterInput.MessagesDropped(Peer(), 1 + _random.Next(5)),
        2 => new RouterInput.StreamReopened(Peer()),
        _ => new RouterInput.InvalidReceived(Peer(), Topic(), MessageRejection.UnexpectedSignature),
    };

    private void FillSubscriptionsAndMesh(GossipRpc rpc)
    {
        rpc.Subscriptions.AddRange(Enumerable.Range(0, _random.Next(3)).Select(_ => new SubscriptionEntry(Topic(), _random.Next(5) > 0)));
        rpc.Graft.AddRange(Enumerable.Range(0, _random.Next(3)).Select(_ => Topic()));
        if (_random.Next(3) == 0)
        {
            rpc.Prune.Add(new Prune(Topic(), _random.Next(3) == 0 ? null : TimeSpan.FromTicks(_random.NextInt64(-10, long.MaxValue)), NamedPeers()));
        }
    }

    private PeerInfo[] NamedPeers() =>
        [.. Enumerable.Range(0, _random.Next(30)).Select(_ => new PeerInfo(_random.Next(10) == 0 ? Self : RouterHarness.Peer(_random.Next(80)), null))];

    private void FillGossip(GossipRpc rpc)
    {
        rpc.IHave.Add(new IHave(Topic(), Ids(OldId() + _random.Next(10), _random.Next(10))));
        rpc.IWant.AddRange(Enumerable.Range(0, _random.Next(10)).Select(_ => Id(OldId())));
        rpc.IDontWant.AddRange(Ids(OldId(), _random.Next(5)));
    }
}
