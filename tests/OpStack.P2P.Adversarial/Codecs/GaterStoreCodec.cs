using System.Net;
using System.Text.Json;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>gater.json as it is read. What its reader declares to throw is refusal: the file is set aside then.</summary>
internal sealed class GaterStoreCodec : FuzzCodec
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private LoadedGater? _loaded;

    public override string Name => "gater-store";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Written(new GaterState([], [], [], [], [])), Written(Make(new Random(1))), Written(Make(new Random(2)))];

    // Every entry becomes objects; a refusal is an exception with a message and a trace.
    public override long AllocationBudget(int length) => (16 * FixedBudget) + (200L * length);

    public override bool TryDecode(byte[] input)
    {
        try
        {
            GaterDocument? document = JsonSerializer.Deserialize(input, StoredJson.Default.GaterDocument);
            _loaded = document is null ? null : GaterFormat.Read(document);
            return _loaded is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return false;
        }
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] once = Written(_loaded!.State);
        return !TryDecode(once) ? "written again it is refused"
            : _loaded!.Skipped > 0 || !Written(_loaded.State).AsSpan().SequenceEqual(once) ? "written again it is another"
            : null;
    }

    public override byte[] Generate(Random random) => Written(Make(random));

    public override string? FindLoss(byte[] generated) => Difference(Written(_loaded!.State), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static byte[] Written(GaterState state) => JsonSerializer.SerializeToUtf8Bytes(GaterFormat.Write(state, Now), StoredJson.Default.GaterDocument);

    private static GaterState Make(Random random) => new(
        [random.Peer()],
        [new IPAddress(random.Bytes(4)), new IPAddress(random.Bytes(16))],
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32")],
        [random.Peer()],
        [
            new GaterBan(random.Peer(), null, random.Word(20), Now, Now.AddHours(1), TimeSpan.Zero),
            new GaterBan(null, new IPAddress(random.Bytes(4)), "", Now, Now.AddHours(random.Next(100)), TimeSpan.Zero),
        ]);
}
