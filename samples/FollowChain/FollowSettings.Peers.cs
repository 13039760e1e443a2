using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.FollowChain.Flags;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Monitoring;

namespace OpStack.P2P.FollowChain;

/// <summary>Whom we know, how many of them we want, and what we think of them.</summary>
internal sealed partial class FollowSettings
{
    /// <summary>Of --p2p.peers.hi: more than any node has, and no number overflows.</summary>
    private const int MaxPeers = 100_000;

    private BootNodes BootNodes() => new(_values.List(FlagTable.Bootnodes).Select(text => BootNode.TryParse(text, out BootNode? node, out BootNodeParseError error)
        ? node
        : throw new FlagException($"{_values.Source(FlagTable.Bootnodes)}: \"{text}\": {error}")));

    private Multiaddr StaticPeer(string text) => Multiaddr.TryParse(text, out Multiaddr? address) && address.PeerId is not null
        ? address
        : throw new FlagException($"{_values.Source(FlagTable.Static)}: \"{text}\" is no multiaddr that ends in /p2p/….");

    private string? BootStorePath(ulong chainId) =>
        _values.Switch(FlagTable.NoBootstore) ? null
        : _values.Text(FlagTable.Bootstore) is { Length: > 0 } file ? file
        : _values.Text(FlagTable.DiscoveryPath) is { Length: > 0 } directory and not InMemory ? BootStoreIn(directory, chainId)
        : _values.Text(FlagTable.DiscoveryPath) == InMemory ? null
        : BootStoreIn(FlagTable.DiscoveryPath.Default!, chainId); // op-node's place for an empty one.

    private static string BootStoreIn(string directory, ulong chainId) => Path.Combine(directory, $"bootstore-{chainId}.json");

    /// <summary>A directory, or null for memory; op-node wants one of the two to be said.</summary>
    private string? PeerstorePath() => _values.Text(FlagTable.PeerstorePath) switch
    {
        InMemory => null,
        { Length: > 0 } path => path,
        _ => throw _values.Wrong(FlagTable.PeerstorePath, $"a directory, or {InMemory} to keep nothing"),
    };

    private PeerMonitoring Monitoring() => new()
    {
        BanThreshold = _values.Number(FlagTable.BanThreshold) is var threshold and < 0 ? threshold : throw _values.Wrong(FlagTable.BanThreshold, "a number below 0"),
        BanDuration = _values.Duration(FlagTable.BanDuration),
        MinPeers = _values.Count(FlagTable.PeersLo),
    };

    private SwarmOptions Swarm()
    {
        (int low, int high) = (_values.Count(FlagTable.PeersLo), _values.Count(FlagTable.PeersHi));
        if (low == 0 || low > high || high > MaxPeers)
        {
            throw new FlagException($"{_values.Source(FlagTable.PeersLo)} and {_values.Source(FlagTable.PeersHi)} must be 1 to {MaxPeers}, and the first not above the second; "
                + $"they are {low} and {high}.");
        }

        return new SwarmOptions
        {
            AgentVersion = _values.Text(FlagTable.UserAgent) is { Length: > 0 } agent ? agent : FlagTable.UserAgent.Default!,
            DialTimeout = _values.Duration(FlagTable.TimeoutDial),
            AcceptTimeout = _values.Duration(FlagTable.TimeoutAccept),
            StreamTimeout = _values.Duration(FlagTable.TimeoutNegotiation),
            Limits = new ConnectionLimits { Grace = _values.Duration(FlagTable.PeersGrace) }.WithWater(low, high),
        };
    }

    private GossipsubOptions Gossip() =>
        new GossipsubOptions { GossipDegree = Mesh(FlagTable.MeshLazy), FloodPublish = _values.Switch(FlagTable.FloodPublish) }
            .WithMesh(Mesh(FlagTable.MeshD), Mesh(FlagTable.MeshLo), Mesh(FlagTable.MeshHi));

    /// <summary>op-node's range.</summary>
    private int Mesh(Flag flag) => _values.Count(flag) is var degree and >= 1 and <= 1000 ? degree : throw _values.Wrong(flag, "1 to 1000");

    private PeerScoreLevel ScoreLevel()
    {
        Flag[] names = [FlagTable.Scoring, FlagTable.ScoringPeers, FlagTable.ScoringTopics];
        Flag flag = Array.Find(names, name => !string.IsNullOrEmpty(_values.Text(name))) ?? FlagTable.Scoring;
        return _values.Text(flag) switch
        {
            "light" => PeerScoreLevel.Light,
            "none" or "off" or "" => PeerScoreLevel.Off, // Without a word on it op-node does not score.
            _ => throw _values.Wrong(flag, "light or none"),
        };
    }
}
