using System.Net;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>Random answers of the RPC, every field of the results set.</summary>
internal static class RpcValues
{
    public static T[] Some<T>(this Random random, Func<T> make) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => make())];

    public static IPAddress Ip(this Random random) => new(random.Bytes(random.OneOf(4, 16)));

    /// <summary>A whole number of bytes of an address.</summary>
    public static IPNetwork Subnet(this Random random)
    {
        byte[] address = new byte[random.OneOf(4, 16)];
        int length = random.Next(address.Length + 1);
        random.NextBytes(address.AsSpan(0, length));
        return new IPNetwork(new IPAddress(address), 8 * length);
    }

    /// <summary>The answer of a server that refuses.</summary>
    public static byte[] Error(Random random) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{{\"code\":{random.Next(-40_000, 0)},\"message\":\"{random.Word(random.Next(2_000))}\"}}}}".Utf8();

    public static PeerInfo Info(Random random) => new()
    {
        PeerId = random.Peer(),
        NodeId = random.Word(64),
        UserAgent = random.Word(20),
        ProtocolVersion = random.Word(10),
        Enr = random.Word(30),
        Addresses = random.Next(2) == 0 ? null : random.Some(() => random.Word(20)),
        Protocols = random.Next(2) == 0 ? null : random.Some(() => random.Word(20)),
        Connectedness = random.OneOf(Enum.GetValues<Connectedness>()),
        Direction = random.OneOf(Enum.GetValues<PeerDirection>()),
        IsProtected = random.Next(2) == 0,
        ChainId = (ulong)random.NextInt64(),
        Latency = TimeSpan.FromTicks(random.Next()),
        GossipsBlocks = random.Next(2) == 0,
        Scores = new PeerScores
        {
            Gossip = new PeerGossipScores
            {
                Total = Score(random),
                Blocks = new PeerTopicScores
                {
                    TimeInMesh = Score(random),
                    FirstMessageDeliveries = Score(random),
                    MeshMessageDeliveries = Score(random),
                    InvalidMessageDeliveries = Score(random),
                },
                IpColocationFactor = Score(random),
                BehaviouralPenalty = Score(random),
            },
            RequestResponse = new PeerRequestScores { ValidResponses = Score(random), ErrorResponses = Score(random), RejectedPayloads = Score(random) },
        },
    };

    public static PeerDump Dump(Random random) => new()
    {
        TotalConnected = Number(random),
        Peers = random.Some(() => Info(random)).DistinctBy(info => info.PeerId).ToDictionary(info => info.PeerId.ToString()),
        BannedPeers = random.Some(random.Peer),
        BannedIps = random.Some(random.Ip),
        BannedSubnets = random.Some(random.Subnet),
    };

    public static PeerStats Stats(Random random) => new()
    {
        Connected = Number(random),
        Table = Number(random),
        BlocksTopic = Number(random),
        BlocksTopicV2 = Number(random),
        BlocksTopicV3 = Number(random),
        BlocksTopicV4 = Number(random),
        Banned = Number(random),
        Known = Number(random),
    };

    public static PeerCount Count(Random random) => new() { ConnectedDiscovery = random.Next(2) == 0 ? null : Number(random), ConnectedGossip = Number(random) };

    public static ScoreExplanation Explanation(Random random) => new()
    {
        PeerId = random.Peer(),
        Total = Score(random),
        IsConnected = random.Next(2) == 0,
        IsGraylisted = random.Next(2) == 0,
        TopicsTotal = Score(random),
        Topics = random.Some(() => new TopicExplanation
        {
            Topic = random.Word(20),
            Weight = Score(random),
            IsInMesh = random.Next(2) == 0,
            IsIdle = random.Next(2) == 0,
            Contribution = Score(random),
            Terms = random.Some(() => Term(random)),
        }),
        Terms = random.Some(() => Term(random)),
        Addresses = random.Some(random.Ip),
        ForgottenIn = random.Next(2) == 0 ? null : TimeSpan.FromTicks(random.Next()),
    };

    public static BandwidthReport Bandwidth(Random random) => new()
    {
        Total = Bytes(random),
        Protocols = random.Some(() => random.Word(20)).ToDictionary(protocol => protocol, _ => Bytes(random)),
        Peers = random.Some(random.Peer).Distinct().ToDictionary(peer => peer.ToString(), _ => Bytes(random)),
    };

    public static IReadOnlyList<BanInfo> Bans(Random random) => random.Some(() => new BanInfo
    {
        PeerId = random.Next(2) == 0 ? null : random.Peer(),
        Address = random.Next(2) == 0 ? null : random.Ip(),
        Reason = random.Word(10),
        BannedAt = DateTimeOffset.FromUnixTimeSeconds(random.Next()),
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(random.Next()),
        Remaining = TimeSpan.FromTicks(random.Next()),
    });

    public static IReadOnlyDictionary<string, TopicMesh> Mesh(Random random) => random.Some(() => random.Word(20)).ToDictionary(topic => topic, _ => new TopicMesh
    {
        Mesh = random.Some(random.Peer),
        Fanout = random.Some(random.Peer),
        Peers = random.Some(() => new MeshPeer { PeerId = random.Peer(), Score = Score(random), IsGraylisted = random.Next(2) == 0 }),
    });

    private static TermExplanation Term(Random random) => new()
    {
        Name = random.Word(10),
        Counter = Score(random),
        Value = Score(random),
        Weight = Score(random),
        Contribution = Score(random),
    };

    private static ByteCounts Bytes(Random random) => new() { In = random.NextInt64(), Out = random.NextInt64() };

    private static uint Number(Random random) => (uint)random.NextInt64(1L << 32);

    private static double Score(Random random) => (random.NextDouble() - 0.5) * 1_000;
}
