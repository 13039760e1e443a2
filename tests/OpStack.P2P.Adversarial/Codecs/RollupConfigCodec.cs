using System.Text.Json;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>rollup.json.</summary>
internal sealed class RollupConfigCodec : FuzzCodec
{
    private RollupConfig? _config;
    private RollupConfig? _generated;

    public override string Name => "rollup-config";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Json(Make(new Random(1))), Json(Make(new Random(2)))];

    // A document of tokens, texts read out of it, and at worst an exception with a message and a trace.
    public override long AllocationBudget(int length) => (16 * FixedBudget) + (40L * length);

    public override bool TryDecode(byte[] input)
    {
        bool read = RollupConfig.TryParse(input, out _config, out string? error);
        return read == (error is null) ? read : throw new InvalidOperationException("an error and a configuration");
    }

    // There is no writer: what holds is that every field is as it must be for the rest of the library.
    public override string? FindBrokenProperty(byte[] input) =>
        _config!.L2ChainId == 0 ? "no chain id"
        : _config.BlockTime == 0 ? "no block time"
        : !RollupConfig.TryParse(input, out RollupConfig? again, out _) || again != _config ? "read again it is another"
        : null;

    public override byte[] Generate(Random random) => Json(_generated = Make(random));

    public override string? FindLoss(byte[] generated) => _config == _generated ? null : $"it is another: {_config}";

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static RollupConfig Make(Random random)
    {
        return new RollupConfig
        {
            L2ChainId = Number() + 1,
            L1ChainId = Number(),
            BlockTime = (ulong)random.Next(1, 13),
            Genesis = new RollupGenesis(new BlockId(random.Hash(), Number()), new BlockId(random.Hash(), Number()), Number()),
            L1SystemConfigAddress = random.Next(4) == 0 ? null : random.Account(),
            RegolithTime = Time(),
            CanyonTime = Time(),
            DeltaTime = Time(),
            EcotoneTime = Time(),
            FjordTime = Time(),
            GraniteTime = Time(),
            HoloceneTime = Time(),
            PectraBlobScheduleTime = Time(),
            IsthmusTime = Time(),
            JovianTime = Time(),
            KarstTime = Time(),
            LagoonTime = Time(),
        };

        ulong Number() => (ulong)random.NextInt64();
        ulong? Time() => random.Next(4) == 0 ? null : Number();
    }

    private static byte[] Json(RollupConfig config) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
    {
        ["genesis"] = new Dictionary<string, object>
        {
            ["l1"] = new { hash = config.Genesis.L1.Hash.ToString(), number = config.Genesis.L1.Number },
            ["l2"] = new { hash = config.Genesis.L2.Hash.ToString(), number = config.Genesis.L2.Number },
            ["l2_time"] = config.Genesis.L2Time,
        },
        ["block_time"] = config.BlockTime,
        ["l1_chain_id"] = config.L1ChainId,
        ["l2_chain_id"] = config.L2ChainId,
        ["l1_system_config_address"] = config.L1SystemConfigAddress?.ToString(),
        ["regolith_time"] = config.RegolithTime,
        ["canyon_time"] = config.CanyonTime,
        ["delta_time"] = config.DeltaTime,
        ["ecotone_time"] = config.EcotoneTime,
        ["fjord_time"] = config.FjordTime,
        ["granite_time"] = config.GraniteTime,
        ["holocene_time"] = config.HoloceneTime,
        ["pectra_blob_schedule_time"] = config.PectraBlobScheduleTime,
        ["isthmus_time"] = config.IsthmusTime,
        ["jovian_time"] = config.JovianTime,
        ["karst_time"] = config.KarstTime,
        ["lagoon_time"] = config.LagoonTime,
    });
}
