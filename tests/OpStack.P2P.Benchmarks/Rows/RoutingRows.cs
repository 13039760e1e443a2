using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Lookups;
using OpStack.Discv5.Routing;
using OpStack.Primitives;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>The curves of the routing table and of a lookup against the count of nodes, each against 16 nodes.</summary>
internal static class RoutingRows
{
    private const int Fewest = 16;
    private const int ClosestAsked = 16;

    public static IEnumerable<Row> Create() =>
    [
        .. new[] { 100, 1_000, 3_000 }.Select(count => new Row($"Table curve, the 16 closest of {count} nodes", "of 16", Target.None, () =>
            new Contest(Closest(count), Closest(Fewest)))),
        .. new[] { 100, 1_000, 10_000, 100_000 }.Select(count => new Row($"Lookup curve, {count} nodes", "16 nodes", Target.None, () =>
            new Contest(new World(count).LookUp, new World(Fewest).LookUp))),
    ];

    private static Action Closest(int count)
    {
        Random random = new(count);
        NodeId self = LookupTarget.Random(random);
        RoutingTable<Node> table = new(self, random, IpFamilies.Both);
        for (int salt = 0, added = 0; added < count; salt++)
        {
            // Every bucket from the farthest on gets its 16, for a table as full as an attacker or a large network makes it.
            Node node = new(At(self, 256 - (salt / 16), random), 1, new IPEndPoint(new IPAddress([(byte)(64 + (salt >> 16)), (byte)(salt >> 8), (byte)salt, 7]), 9000));
            added += table.Add(node, TimeSpan.Zero) == TableUpdate.Added ? 1 : 0;
        }

        NodeId target = LookupTarget.Random(random);
        return () => table.Closest(target, ClosestAsked);
    }

    private static NodeId At(NodeId self, int distance, Random random)
    {
        byte[] id = self.ToHash256().ToArray();
        int bit = distance - 1;
        int place = id.Length - 1 - (bit / 8);
        id[place] ^= (byte)(1 << (bit % 8));
        Span<byte> below = id.AsSpan(place + 1);
        random.NextBytes(below);
        return new NodeId(new Hash256(id));
    }

    private sealed record Node(NodeId NodeId, ulong Sequence, IPEndPoint? Udp4, IPEndPoint? Udp6 = null) : INodeRecord;

    /// <summary>Nodes in the order of their distance to one target, each of which answers with sixteen nodes half as far down as itself.</summary>
    private sealed class World
    {
        private readonly NodeId _self;
        private readonly NodeId _target;
        private readonly Node[] _nodes;
        private readonly Dictionary<NodeId, int> _places = [];
        private readonly Queue<Node> _asked = new();

        public World(int count)
        {
            Random random = new(count);
            _self = LookupTarget.Random(random);
            _target = LookupTarget.Random(random);
            IPEndPoint endPoint = new(IPAddress.Parse("64.1.2.3"), 9000);
            _nodes = [.. Enumerable.Range(0, count).Select(_ => new Node(LookupTarget.Random(random), 1, endPoint))
                .Order(Comparer<Node>.Create((a, b) => NodeId.CompareDistance(_target, a.NodeId, b.NodeId)))];
            for (int place = 0; place < count; place++)
            {
                _places[_nodes[place].NodeId] = place;
            }
        }

        /// <summary>From the three farthest nodes to the sixteen closest.</summary>
        public void LookUp()
        {
            Lookup<Node> lookup = new(_self, _target, _nodes[^3..], TimeSpan.Zero);
            while (!lookup.IsFinished)
            {
                while (lookup.TryNext(TimeSpan.Zero, out LookupQuery<Node> query))
                {
                    _asked.Enqueue(query.Record);
                }

                if (_asked.TryDequeue(out Node? node))
                {
                    int half = Math.Min(_places[node.NodeId] / 2, _nodes.Length - LookupLimits.Results);
                    lookup.Answered(node.NodeId, new ArraySegment<Node>(_nodes, half, LookupLimits.Results));
                }
            }

            if (lookup.Result[0] != _nodes[0])
            {
                throw new InvalidOperationException("The lookup missed the closest node.");
            }
        }
    }
}
