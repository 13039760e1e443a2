namespace OpStack.P2P.Hosting;

/// <summary>Whom we find, how many we want, and what we think of them.</summary>
public sealed partial class P2POptions
{
    /// <summary>Looks for no peers. Default false.</summary>
    public bool NoDiscovery { get; set; }

    /// <summary>ENR or enode records to begin with, instead of the chain's. Default none.</summary>
    public IList<string> Bootnodes { get; set; } = [];

    /// <summary>Networks discovery talks to, CIDR. Default none: all.</summary>
    public IList<string> NetRestrict { get; set; } = [];

    /// <summary>The directory of found nodes, one file for each chain; "memory" is as null. Default null: nothing is kept.</summary>
    public string? DiscoveryPath { get; set; }

    /// <summary>The file of found nodes, instead of one in <see cref="DiscoveryPath"/> (kona). Default null.</summary>
    public string? Bootstore { get; set; }

    /// <summary>Between two lookups, 100 ms to a day (kona). Default 5 s.</summary>
    public TimeSpan DiscoveryInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two evictions of a random node, 100 ms to a day (kona). Default null: never.</summary>
    public TimeSpan? DiscoveryRandomize { get; set; }

    /// <summary>Peers to stay connected to: multiaddrs that end in /p2p/…. Default none.</summary>
    public IList<string> Static { get; set; } = [];

    /// <summary>Peers we want, 1 to <see cref="PeersHi"/>. Default 20.</summary>
    public int PeersLo { get; set; } = 20;

    /// <summary>Connections at which the least useful are closed, up to 100,000. Default 30.</summary>
    public int PeersHi { get; set; } = 30;

    /// <summary>How long a new connection is left alone, up to a day. Default 30 s.</summary>
    public TimeSpan PeersGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Dials of one address within <see cref="RedialPeriod"/>; 0 for any number (kona). Default 500.</summary>
    public int Redial { get; set; } = 500;

    /// <summary>That period, up to 365 days (kona). Default 1 h.</summary>
    public TimeSpan RedialPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The directory of known peers, blocks and bans, one node's alone; "memory" is as null. Default null: nothing is kept.</summary>
    public string? PeerstorePath { get; set; }

    /// <summary>Measures the round trip to peers. Default true.</summary>
    public bool Ping { get; set; } = true;

    /// <summary>"light", or "none" (also "off") for no peer scores. Default "light".</summary>
    public string Scoring { get; set; } = "light";

    /// <summary>Scores what peers deliver as well (kona). Default false.</summary>
    public bool TopicScoring { get; set; }

    /// <summary>Bans peers for their score. Default true.</summary>
    public bool BanPeers { get; set; } = true;

    /// <summary>The score below which they are, below 0. Default −100.</summary>
    public double BanThreshold { get; set; } = -100;

    /// <summary>For how long, up to 365 days. Default 1 h.</summary>
    public TimeSpan BanDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Mesh peers we want, 1 to 1,000. Default 8.</summary>
    public int GossipMeshD { get; set; } = 8;

    /// <summary>Fewer than which others are added, 1 to <see cref="GossipMeshD"/>. Default 6.</summary>
    public int GossipMeshLo { get; set; } = 6;

    /// <summary>More than which some are pruned, <see cref="GossipMeshD"/> to 1,000. Default 12.</summary>
    public int GossipMeshDhi { get; set; } = 12;

    /// <summary>Peers told of messages by IHAVE, 1 to 1,000. Default 6.</summary>
    public int GossipMeshDlazy { get; set; } = 6;

    /// <summary>Publishes to all peers with a good score. Default false.</summary>
    public bool GossipMeshFloodPublish { get; set; }

    /// <summary>How old a block may be, whole seconds, up to a day. Default 60 s.</summary>
    public TimeSpan GossipTimestampThreshold { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What identify tells of us, up to 128 characters. Default "optimism".</summary>
    public string UserAgent { get; set; } = "optimism";

    /// <summary>For one dial, up to a day. Default 10 s.</summary>
    public TimeSpan TimeoutDial { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For the handshake of who dials us, up to a day. Default 10 s.</summary>
    public TimeSpan TimeoutAccept { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For agreeing on a stream's protocol, up to a day. Default 10 s.</summary>
    public TimeSpan TimeoutNegotiation { get; set; } = TimeSpan.FromSeconds(10);
}
