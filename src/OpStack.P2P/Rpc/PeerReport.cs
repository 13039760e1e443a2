using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Rpc;

/// <summary>Tells of peers what all parts of the node know of them at one moment (op-node p2p/rpc_server.go dumpPeer).</summary>
internal sealed class PeerReport
{
    private readonly NodeParts _node;
    private readonly GossipReport _gossip;
    private readonly Dictionary<NodeId, Enr> _records;

    /// <param name="node">The node.</param>
    /// <param name="gossip">What the router says.</param>
    /// <param name="table">The discovery table: the record of a peer that dialled us may be in it alone.</param>
    public PeerReport(NodeParts node, GossipReport gossip, IReadOnlyList<TableEntryInfo> table)
    {
        _node = node;
        _gossip = gossip;
        _records = table.ToDictionary(entry => entry.Record.NodeId, entry => entry.Record);
    }

    public PeerInfo Describe(PeerId peer)
    {
        StoredPeer known = _node.Gossip.PeerStore.Get(peer) ?? new StoredPeer(peer);
        IReadOnlyList<ConnectionInfo> connections = _node.Gossip.Host.GetConnections(peer);
        NodeId nodeId = NodeIdOf(peer);
        Enr? record = known.Record ?? _records.GetValueOrDefault(nodeId);
        return new PeerInfo
        {
            PeerId = peer,
            NodeId = nodeId.ToString(),
            UserAgent = known.AgentVersion,
            ProtocolVersion = known.ProtocolVersion,
            Enr = record?.ToString() ?? "",
            Addresses = TextOf(known.Addresses.Select(address => address.Address), peer),
            Protocols = NullIfNone(known.Protocols),
            Connectedness = connections.Count > 0 ? Connectedness.Connected : _node.Gossip.Gater.GetConnectedness(peer),
            Direction = connections.Count == 0 ? PeerDirection.Unknown
                : connections[0].Direction == ConnectionDirection.Inbound ? PeerDirection.Inbound
                : PeerDirection.Outbound,
            IsProtected = _node.Gossip.ConnectionManager.IsProtected(peer),
            ChainId = record is not null && OpStackEnr.TryGet(record, out OpStackEnr entry, out _) ? entry.ChainId : 0,
            Latency = known.Latency ?? TimeSpan.Zero,
            GossipsBlocks = _gossip.IsGossiping(peer),
            Scores = new PeerScores
            {
                // Of a peer that the router has forgotten, what was stored.
                Gossip = _gossip.ScoresOf(peer) ?? new PeerGossipScores { Total = known.Score?.Total ?? 0 },
                RequestResponse = RequestScoresOf(peer),
            },
        };
    }

    /// <summary>The discv5 id of a peer's key; zero for one of another kind of key.</summary>
    public static NodeId NodeIdOf(PeerId peer) => peer.TryGetSecp256k1Key(out Secp256k1PublicKey? key) ? NodeId.FromPublicKey(key) : default;

    /// <summary>Addresses with /p2p; null without any, as a nil slice of Go's is.</summary>
    public static IReadOnlyList<string>? TextOf(IEnumerable<Multiaddr> addresses, PeerId peer) =>
        NullIfNone([.. addresses.Select(address => address.WithPeerId(peer).ToString())]);

    /// <summary>Null for a list without entries.</summary>
    public static IReadOnlyList<string>? NullIfNone(IReadOnlyList<string> list) => list.Count == 0 ? null : list;

    private PeerRequestScores RequestScoresOf(PeerId peer)
    {
        (double valid, double errors, double rejected) = _node.ApplicationScores.CountsOf(peer);
        return new PeerRequestScores { ValidResponses = valid, ErrorResponses = errors, RejectedPayloads = rejected };
    }
}
