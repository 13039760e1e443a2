namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What honest nodes sent from the first block on, those that have left included, and how large their meshes were.</summary>
internal sealed class TrafficMeter(GossipScenario scenario)
{
    /// <summary>Nodes asked for their mesh per block: a snapshot copies the whole state.</summary>
    private const int Sampled = 50;

    private readonly Random _random = new(scenario.Options.Seed);
    private readonly List<(Totals Before, double MeshDegree)> _blocks = [];
    private Totals _retired;
    private Totals _end;

    /// <summary>Mean mesh degree of the topic that blocks come on, over samples at each block.</summary>
    public double MeshDegree => _blocks.Average(block => block.MeshDegree);

    /// <summary>What was sent in all.</summary>
    public Totals Sent => _end - _blocks[0].Before;

    /// <summary>A block is about to be published.</summary>
    public void OnBlock() => _blocks.Add((Now(), SampleMeshes()));

    /// <summary>No block will follow; the last one's traffic is over.</summary>
    public void Stop() => _end = Now();

    /// <summary>What was sent between one block and the next, and the mean mesh degree at the one.</summary>
    public (Totals Sent, double MeshDegree) Of(int block) =>
        ((block + 1 < _blocks.Count ? _blocks[block + 1].Before : _end) - _blocks[block].Before, _blocks[block].MeshDegree);

    /// <summary>A node leaves: what it sent still counts.</summary>
    public void Retire(GossipNode node) => _retired += Of(node);

    private double SampleMeshes()
    {
        int nodes = scenario.Options.Nodes, meshes = 0, peers = 0;
        for (int i = 0; i < Math.Min(Sampled, nodes); i++)
        {
            int index = nodes <= Sampled ? i : _random.Next(nodes);
            if (!scenario.IsAway(index))
            {
                meshes++;
                peers += scenario.Node(index).Mesh.Count;
            }
        }

        return peers / (double)Math.Max(meshes, 1);
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
