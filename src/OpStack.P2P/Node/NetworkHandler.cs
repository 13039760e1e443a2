using System.Threading.Channels;
using OpStack.P2P.Node;

namespace OpStack.P2P;

/// <summary>What a host works with while a <see cref="Network"/> runs (kona's NetworkHandler). Any thread may call.</summary>
public sealed class NetworkHandler
{
    private readonly DiscoverySupervisor? _discovery;
    private readonly UnsafeBlockFeed _feed;
    private readonly PartBoard _board;

    internal NetworkHandler(GossipDriver gossip, DiscoverySupervisor? discovery, UnsafeBlockFeed feed, PartBoard board)
    {
        Gossip = gossip;
        _discovery = discovery;
        _feed = feed;
        _board = board;
    }

    /// <summary>Gossip, peers and connections. Its events are the network's to read: take blocks from <see cref="UnsafeBlocks"/>.</summary>
    public GossipDriver Gossip { get; }

    /// <summary>Discovery; null when it is off, and for a moment while it is begun anew after its socket was lost.</summary>
    public Discv5Handler? Discovery => _discovery?.Handler;

    /// <summary>
    /// Valid blocks. Whoever reads too slowly loses the oldest: at most 64 blocks or 64 MiB wait, and
    /// <see cref="GossipDriver.DroppedBlocks"/> counts what was dropped. Completes when the network is disposed.
    /// </summary>
    public ChannelReader<OpNetworkPayloadEnvelope> UnsafeBlocks => _feed.Blocks;

    /// <summary>How each part does now: for a health check.</summary>
    public IReadOnlyList<PartStatus> Parts => _board.Snapshot();
}
