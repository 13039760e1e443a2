using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>
/// A node: the real router, score, queues and block handler, and between them in virtual time what GossipsubService does with threads. A node that comes
/// back after it left is a new one of the same number: nothing is remembered but its id and address.
/// </summary>
internal sealed partial class GossipNode : VirtualPeer, IDisposable
{
    /// <summary>The chain of every simulation.</summary>
    public static readonly RollupConfig Chain = TestChains.At(10, PayloadVersion.V4);

    /// <summary>The topics of that chain.</summary>
    public static readonly IReadOnlyList<string> Topics = new BlockTopics(Chain.L2ChainId).All;

    private readonly GossipNodeOptions _options;
    private readonly BlockLedger _ledger;
    private readonly VirtualClock _clock;
    private readonly UnsafeBlockSigners _signers;
    private readonly BlockHandler _blocks;
    private readonly IGossipMessageHandler _handler;
    private readonly VirtualLanes _lanes;
    private readonly TopicTable _topics;
    private readonly List<RouterOutput> _outputs = [];
    private readonly Action _tick;
    private TimeSpan _armed = TimeSpan.MaxValue;
    private bool _isPaused;

    public GossipNode(GossipNetwork network, int index, GossipNodeOptions options, BlockLedger ledger, System.Net.IPAddress? address = null)
        : base(network, index, address)
    {
        _options = options;
        _ledger = ledger;
        Version = options.Version;
        _clock = new VirtualClock(network.Time, options.ClockSkew);
        _signers = new UnsafeBlockSigners(Sequencer.Signer, _clock);
        _blocks = new BlockHandler(Chain, _signers, null, _clock);
        TimeSpan slot = TimeSpan.FromSeconds(Chain.BlockTime);
        SenderBlame blame = new(_clock, slot);
        BlockGossip gossip = new(_blocks, blame, new GossipEventQueue(), _clock, NullLogger.Instance, options.Measurements?.Invoke(index));
        _handler = options.Validator?.Invoke(gossip) ?? gossip;
        _topics = new TopicTable(_blocks.Topics);
        _lanes = new VirtualLanes(network.Time, options.ValidationTime, OnChecked);
        Scores = options.Scoring.ToParams(_blocks.Topics, slot, options.Gossip.SeenTtl) is { } scored
            ? new PeerScore(scored, PeerScoreOptions.LightThresholds)
            : new UnscoredPeers();
        Router = new GossipsubRouter(Id, options.Gossip, Scores, new Random(network.Random.Next()), network.Time.Now);
        _tick = OnDeadline;
        network.Add(this);
        network.Meshes.OnStarted(index);
        foreach (string topic in _blocks.Topics)
        {
            Step(new RouterInput.Join(topic));
        }
    }

    public GossipsubRouter Router { get; }

    public IPeerScoring Scores { get; }

    /// <summary>Whose blocks it takes; may be changed at any time, as the host may.</summary>
    public Address Signer
    {
        get => _signers.Current;
        set => _signers.Current = value;
    }

    /// <summary>While set it sends nothing at all, and still reads: how a covert attacker falls silent.</summary>
    public bool IsSilent { get; set; }

    /// <summary>
    /// While set it does nothing at all, as when the machine or the collector stops the process; afterwards it reads what has come and catches up.
    /// What that takes of validation under way is not modelled.
    /// </summary>
    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            SetReading(!value);
            if (!value && IsUp)
            {
                _armed = Time.Now;
                OnDeadline();
            }
        }
    }

    /// <summary>What it counted.</summary>
    public NodeCounters Counters { get; } = new();

    /// <summary>Its mesh of the topic that blocks come on.</summary>
    public IReadOnlyList<PeerId> Mesh => Router.Snapshot().Mesh[Sequencer.Topic];

    public double Score(VirtualPeer peer) => Scores.Score(peer.Id);

    /// <summary>Publishes as GossipDriver does: after its own validator took the block.</summary>
    public void Publish(EncodedBlock block, MessageId id)
    {
        GossipFrame frame = Network.Frame(block.Topic, block.Data.Span);
        GossipMessage message = new(null, block.Topic, Network.Messages.Decode(frame, _handler, Time.Now));
        if (message.Decoded.Id != id || _handler.Admit(message, Check(message)).Acceptance != MessageAcceptance.Accept)
        {
            throw new InvalidOperationException("The publisher refuses its own block.");
        }

        Step(new RouterInput.Publish(block.Topic, id, frame));
    }

    public override void OnConnected(VirtualLink link)
    {
        link.Queue.Open(1);
        Step(new RouterInput.PeerConnected(link.To.Id, VersionTo(link.To), link.Outbound));
        Step(new RouterInput.PeerAddresses(link.To.Id, [link.To.Address]));
    }

    public override void OnDisconnected(VirtualLink link)
    {
        if (IsUp)
        {
            Network.Meshes.OnDisconnected(Index, link.To.Id);
            _graylisted.Remove(link.To.Id);
            Step(new RouterInput.PeerDisconnected(link.To.Id));
            Lost(link.To);
            if (Links.Count == 0)
            {
                _ledger.Left(Index);
            }
        }
    }

    public override void Stop()
    {
        base.Stop();
        _ledger.Left(Index);
        Router.Dispose();
    }

    public void Dispose() => Router.Dispose();

    private GossipsubVersion VersionTo(VirtualPeer peer) => Version < peer.Version ? Version : peer.Version;

    private void Step(RouterInput input)
    {
        Router.Handle(input, Time.Now, _outputs);
        DoOutputs();
    }

    private void OnDeadline()
    {
        // A deadline that came to be earlier was queued again; this one is then of no interest.
        if (!IsUp || _isPaused || Time.Now != _armed)
        {
            return;
        }

        _armed = TimeSpan.MaxValue;
        if (Time.Now >= Router.NextDeadline)
        {
            Router.Tick(Time.Now, _outputs);
        }

        DoOutputs();
    }

    private void Arm()
    {
        TimeSpan next = Router.NextDeadline;
        if (next < _armed)
        {
            _armed = next < Time.Now ? Time.Now : next;
            Time.At(_armed, _tick);
        }
    }
}
