using System.Text.Json;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>rollup.json.</summary>
internal sealed class RollupConfigCodec : FuzzCodec
{
    private RollupConfig? _config;

    public override string Name => "rollup-config";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Json(new Random(1)), Json(new Random(2))];

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

    public override byte[] Generate(Random random) => Json(random);

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static byte[] Json(Random random) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
    {
        ["genesis"] = new Dictionary<string, object>
        {
            ["l1"] = new { hash = random.Hash().ToString(), number = random.Next() },
            ["l2"] = new { hash = random.Hash().ToString(), number = random.Next() },
            ["l2_time"] = random.Next(),
        },
        ["block_time"] = random.Next(1, 13),
        ["l1_chain_id"] = random.Next(),
        ["l2_chain_id"] = random.Next(1, int.MaxValue),
        ["regolith_time"] = 0,
        ["canyon_time"] = random.Next(2) == 0 ? null : random.Next(),
        ["isthmus_time"] = random.Next(),
        ["l1_system_config_address"] = random.Account().ToString(),
    });
}
