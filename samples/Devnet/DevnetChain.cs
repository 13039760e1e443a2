using System.Text.Json;
using OpStack.Primitives;

namespace OpStack.P2P.Devnet;

/// <summary>The made-up chain of the devnet: every fork up to Jovian active from the start, so blocks are V4.</summary>
internal static class DevnetChain
{
    public static RollupConfig Config(ulong chainId, TimeSpan blockTime) => new()
    {
        L2ChainId = chainId,
        L1ChainId = 900,
        BlockTime = Math.Max(1, (ulong)blockTime.TotalSeconds), // A rollup counts whole seconds; faster devnets share timestamps.
        Genesis = new RollupGenesis(new BlockId(default(Hash256), 0), new BlockId(default(Hash256), 0), 0),
        RegolithTime = 0,
        CanyonTime = 0,
        DeltaTime = 0,
        EcotoneTime = 0,
        FjordTime = 0,
        GraniteTime = 0,
        HoloceneTime = 0,
        IsthmusTime = 0,
        JovianTime = 0,
    };

    /// <summary>Writes the configuration as op-node and <see cref="RollupConfig.TryParse"/> read it.</summary>
    public static void Write(RollupConfig config, string path)
    {
        using FileStream file = File.Create(path);
        using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("genesis");
        WriteBlock(json, "l1", config.Genesis.L1);
        WriteBlock(json, "l2", config.Genesis.L2);
        json.WriteNumber("l2_time", config.Genesis.L2Time);
        json.WriteEndObject();
        json.WriteNumber("block_time", config.BlockTime);
        json.WriteNumber("l1_chain_id", config.L1ChainId);
        json.WriteNumber("l2_chain_id", config.L2ChainId);
        foreach ((string fork, ulong? time) in ForksOf(config))
        {
            json.WriteNumber($"{fork}_time", time!.Value);
        }

        json.WriteEndObject();
    }

    private static (string Name, ulong? Time)[] ForksOf(RollupConfig config) =>
    [
        ("regolith", config.RegolithTime), ("canyon", config.CanyonTime), ("delta", config.DeltaTime), ("ecotone", config.EcotoneTime),
        ("fjord", config.FjordTime), ("granite", config.GraniteTime), ("holocene", config.HoloceneTime), ("isthmus", config.IsthmusTime),
        ("jovian", config.JovianTime),
    ];

    private static void WriteBlock(Utf8JsonWriter json, string name, BlockId block)
    {
        json.WriteStartObject(name);
        json.WriteString("hash", block.Hash.ToString());
        json.WriteNumber("number", block.Number);
        json.WriteEndObject();
    }

    public static string Topic(ulong chainId) => new BlockTopics(chainId)[PayloadVersion.V4];
}
