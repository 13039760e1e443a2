using System.Text.Json;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>peers.json as it is read. What its reader declares to throw is refusal: the file is set aside then.</summary>
internal sealed class PeerStoreCodec : FuzzCodec
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private LoadedPeers? _loaded;

    public override string Name => "peer-store";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Written([]), Written([Make(new Random(1)), Make(new Random(2))]), Written([new StoredPeer(RandomValues.Ed25519Key.PeerId)])];

    // Every entry becomes objects; a refusal is an exception with a message and a trace.
    public override long AllocationBudget(int length) => (16 * FixedBudget) + (200L * length);

    public override bool TryDecode(byte[] input)
    {
        try
        {
            PeerStoreDocument? document = JsonSerializer.Deserialize(input, StoredJson.Default.PeerStoreDocument);
            _loaded = document is null ? null : PeerStoreFormat.Read(document);
            return _loaded is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return false;
        }
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] once = Written(_loaded!.Peers);
        return !TryDecode(once) ? "written again it is refused"
            : !Written(_loaded!.Peers).AsSpan().SequenceEqual(once) ? "written again it is another"
            : null;
    }

    public override byte[] Generate(Random random) => Written([.. Enumerable.Range(0, random.Next(3)).Select(_ => Make(random))]);

    public override string? FindLoss(byte[] generated) => Difference(Written(_loaded!.Peers), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static byte[] Written(IReadOnlyList<StoredPeer> peers) =>
        JsonSerializer.SerializeToUtf8Bytes(PeerStoreFormat.Write(peers, Now), StoredJson.Default.PeerStoreDocument);

    private static StoredPeer Make(Random random) => new(random.Peer())
    {
        Addresses = [new StoredAddress(Multiaddr.Parse($"/ip4/203.0.113.{random.Next(256)}/tcp/{random.Next(1, 65_536)}"), AddressSource.Identify, Now.AddHours(1))],
        AgentVersion = $"op-node/{random.Word(8)}",
        ProtocolVersion = "ipfs/0.1.0",
        Protocols = ["/meshsub/1.2.0", $"/{random.Word(12)}"],
        Latency = TimeSpan.FromMilliseconds(random.Next(1_000)),
        Score = new StoredScore(-random.NextDouble(), ScoreCause.Unknown, random.NextDouble(), 0, [new StoredTopicScore("/optimism/10/0/blocks", 1, 2, 3)], Now.AddMinutes(1)),
        FirstSeenAt = Now.AddDays(-1),
        LastSeenAt = Now.AddSeconds(-random.Next(1_000)),
        ConnectedAt = random.Next(2) == 0 ? null : Now,
        Direction = OpStack.Libp2p.Connections.ConnectionDirection.Inbound,
    };
}
