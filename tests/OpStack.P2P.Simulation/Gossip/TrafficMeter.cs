namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What honest nodes sent between start and stop, those that have left included, and how large their meshes were.</summary>
internal sealed class TrafficMeter(GossipScenario scenario)
{
    /// <summary>Nodes asked for their mesh per block: a snapshot copies the whole state.</summary>
    private const int Sampled = 50;

    private readonly Random _random = new(scenario.Options.Seed);
    private Totals _retired;
    private Totals _start;
    private Totals _stop;
    private long _meshes;
    private long _meshPeers;

    /// <summary>Mean mesh degree over samples at each block.</summary>
    public double MeshDegree => _meshes == 0 ? 0 : _meshPeers / (double)_meshes;

    /// <summary>What was sent between start and stop.</summary>
    public Totals Sent => _stop - _start;

    public void Start() => _start = Now();

    public void Stop() => _stop = Now();

    /// <summary>A node leaves: what it sent still counts.</summary>
    public void Retire(GossipNode node) => _retired += Of(node);

    /// <summary>Looks at some meshes.</summary>
    public void Sample()
    {
        for (int i = 0; i < Math.Min(Sampled, scenario.Options.Nodes); i++)
        {
            int index = scenario.Options.Nodes <= Sampled ? i : _random.Next(scenario.Options.Nodes);
            if (!scenario.IsAway(index))
            {
                _meshes++;
                _meshPeers += scenario.Node(index).Mesh.Count;
            }
        }
    }

    private static Totals Of(GossipNode node) => new(
        node.Uplink.Frames, node.Uplink.Bytes, node.Counters.MessagesSent, node.Counters.ControlSent, node.Counters.ControlBytes);

    private Totals Now() => scenario.Nodes.Aggregate(_retired, (sum, node) => sum + Of(node));

    /// <summary>Sums over nodes.</summary>
    /// <param name="Frames">RPCs written.</param>
    /// <param name="Bytes">Their bytes.</param>
    /// <param name="Messages">RPCs queued that carry a message.</param>
    /// <param name="Control">RPCs queued that carry control.</param>
    /// <param name="ControlBytes">Their bytes.</param>
    internal readonly record struct Totals(long Frames, long Bytes, long Messages, long Control, long ControlBytes)
    {
        public static Totals operator +(Totals a, Totals b) => new(
            a.Frames + b.Frames, a.Bytes + b.Bytes, a.Messages + b.Messages, a.Control + b.Control, a.ControlBytes + b.ControlBytes);

        public static Totals operator -(Totals a, Totals b) => new(
            a.Frames - b.Frames, a.Bytes - b.Bytes, a.Messages - b.Messages, a.Control - b.Control, a.ControlBytes - b.ControlBytes);
    }
}
