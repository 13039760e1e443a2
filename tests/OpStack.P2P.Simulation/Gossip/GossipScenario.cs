using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What is simulated.</summary>
internal sealed record GossipScenarioOptions
{
    /// <summary>The run: with the same seed and options it is the same.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Honest nodes; the first is the sequencer.</summary>
    public int Nodes { get; init; } = 200;

    public LinkOptions Link { get; init; } = new();

    public GossipNodeOptions Node { get; init; } = new();

    public ConnectionOptions Connections { get; init; } = new();

    /// <summary>Null for nodes that stay.</summary>
    public ChurnOptions? Churn { get; init; }

    /// <summary>Between two blocks. Default 2 s.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of a block, decompressed; half of them noise. Default 20,000.</summary>
    public int BlockSize { get; init; } = 20_000;

    /// <summary>When a block that has not arrived counts as lost. Default 10 s: no message cache holds it any more.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// A network of honest nodes with a sequencer, to which faults are done. Nodes start within the first second and keep their connections by a
/// simple policy. Methods that do something return the scenario, so that a test reads as what happens.
/// </summary>
internal sealed class GossipScenario : IDisposable
{
    private readonly GossipNode?[] _nodes;
    private readonly ConnectionPolicy _policy;
    private readonly Sequencer _sequencer;
    private readonly Churn _churn;
    private int _nextIndex;
    private bool _publishes;
    private bool _publishing;

    public GossipScenario(GossipScenarioOptions options)
    {
        Options = options;
        Network = new GossipNetwork(options.Seed, options.Link);
        Ledger = new BlockLedger(options.Nodes);
        Traffic = new TrafficMeter(this);
        _policy = new ConnectionPolicy(Network, options.Connections);
        _sequencer = new Sequencer(Network.Time, options.BlockSize);
        _churn = new Churn(this, options.Churn ?? new ChurnOptions { PerMinute = 0 });
        _nodes = new GossipNode?[options.Nodes];
        _nextIndex = options.Nodes;
        for (int i = 0; i < options.Nodes; i++)
        {
            // Not all at once: heartbeats would beat in step for ever.
            int index = i;
            Network.Time.At(TimeSpan.FromSeconds(Network.Random.NextDouble()), () => BringBack(index));
        }

        Run(TimeSpan.FromSeconds(1));
    }

    public GossipScenarioOptions Options { get; }

    public GossipNetwork Network { get; }

    public BlockLedger Ledger { get; }

    public TrafficMeter Traffic { get; }

    /// <summary>Honest nodes that are up.</summary>
    public IEnumerable<GossipNode> Nodes => _nodes.OfType<GossipNode>();

    public Sequencer Sequencer => _sequencer;

    /// <summary>Reports of all blocks past their deadline.</summary>
    public IReadOnlyList<BlockReport> Blocks => Ledger.Reports;

    /// <summary>Times a node left by churn.</summary>
    public int Leaves => _churn.Leaves;

    public GossipNode Node(int index) => _nodes[index] ?? throw new InvalidOperationException($"Node {index} is away.");

    public bool IsAway(int index) => _nodes[index] is null;

    /// <summary>Lets virtual time pass.</summary>
    public GossipScenario Run(TimeSpan time)
    {
        Network.Time.RunTo(Network.Time.Now + time);
        return this;
    }

    /// <summary>Runs until the condition holds, looking ten times a second; the time that took, null when the limit came first.</summary>
    public TimeSpan? RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan start = Network.Time.Now;
        while (!condition())
        {
            if (Network.Time.Now - start >= limit)
            {
                return null;
            }

            Run(TimeSpan.FromMilliseconds(100));
        }

        return Network.Time.Now - start;
    }

    /// <summary>The sequencer publishes from now on, and churn begins.</summary>
    public GossipScenario StartBlocks()
    {
        _publishes = true;
        _churn.Start();
        if (!_publishing)
        {
            _publishing = true;
            Network.Time.Every(Network.Time.Now, Options.BlockTime, Publish);
        }

        return this;
    }

    /// <summary>The sequencer stops, and so does churn; runs until the last block's deadline.</summary>
    public GossipScenario StopBlocks()
    {
        _publishes = false;
        _churn.Stop();
        Traffic.Stop();
        return Run(Options.Deadline);
    }

    /// <summary>Nothing gets from one side to the other.</summary>
    public GossipScenario Partition(Func<VirtualPeer, bool> side)
    {
        Network.Partition(side);
        return this;
    }

    public GossipScenario Heal()
    {
        Network.Heal();
        return this;
    }

    /// <summary>A number for a peer that is not one of the honest nodes.</summary>
    public int NewIndex() => _nextIndex++;

    /// <summary>One more node, which is not counted among the honest ones; it keeps connections as they do when <paramref name="dials"/>.</summary>
    public GossipNode AddNode(GossipNodeOptions? options = null, System.Net.IPAddress? address = null, bool dials = true)
    {
        GossipNode node = new(Network, NewIndex(), options ?? Options.Node, Ledger, address) { MaxInbound = Options.Connections.MaxInbound };
        if (dials)
        {
            _policy.Keep(node);
        }

        return node;
    }

    /// <summary>Takes an honest node off the network.</summary>
    public GossipScenario TakeAway(int index, bool vanishes = false)
    {
        GossipNode node = Node(index);
        Traffic.Retire(node);
        Network.Remove(node, vanishes);
        _nodes[index] = null;
        return this;
    }

    /// <summary>Starts an honest node, or starts it again.</summary>
    public GossipScenario BringBack(int index)
    {
        GossipNode node = new(Network, index, Options.Node, Ledger);
        _nodes[index] = node;
        _policy.Keep(node);
        return this;
    }

    public void Dispose()
    {
        Network.Dispose();
        _sequencer.Dispose();
    }

    private void Publish()
    {
        if (!_publishes)
        {
            return;
        }

        (EncodedBlock block, MessageId id) = _sequencer.Next();
        Ledger.Published(id, _sequencer.Number, Network.Time.Now, publisher: 0, i => _nodes[i] is { Links.Count: > 0 });
        Traffic.OnBlock();
        Node(0).Publish(block, id);
        Network.Time.After(Options.Deadline, () => Ledger.Close(id));
    }
}
