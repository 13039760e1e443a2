using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OpStack.P2P.Rollup;

/// <summary>
/// Reads a rollup configuration out of JSON, for rollup.json and for the embedded registry, whose forks lie in an object of their own.
/// </summary>
internal static class RollupConfigReader
{
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out RollupConfig? config, [NotNullWhen(false)] out string? error)
    {
        config = null;
        if (utf8Json.Length > RollupLimits.MaxConfigBytes)
        {
            error = $"rollup.json: more than {RollupLimits.MaxConfigBytes} bytes";
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = RollupLimits.MaxConfigDepth });
            return TryRead(document.RootElement, document.RootElement, out config, out error);
        }
        catch (JsonException e)
        {
            error = $"rollup.json: no well-formed JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
            return false;
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws when a text it has to read holds half a surrogate pair or is no UTF-8; parsing lets that pass.
            error = "rollup.json: a text that is not valid Unicode";
            return false;
        }
    }

    public static bool TryRead(
        JsonElement chain, JsonElement forks, [NotNullWhen(true)] out RollupConfig? config, [NotNullWhen(false)] out string? error)
    {
        FieldReader root = new(chain, path: "");
        FieldReader schedule = root.At(forks);
        FieldReader genesis = root.Object("genesis");
        RollupConfig read = new()
        {
            L2ChainId = root.Positive("l2_chain_id"),
            L1ChainId = root.Number("l1_chain_id"),
            BlockTime = root.Positive("block_time"),
            Genesis = new RollupGenesis(ReadBlockId(genesis.Object("l1")), ReadBlockId(genesis.Object("l2")), genesis.Number("l2_time")),
            L1SystemConfigAddress = root.OptionalAddress("l1_system_config_address"),
            RegolithTime = schedule.OptionalNumber("regolith_time"),
            CanyonTime = schedule.OptionalNumber("canyon_time"),
            DeltaTime = schedule.OptionalNumber("delta_time"),
            EcotoneTime = schedule.OptionalNumber("ecotone_time"),
            FjordTime = schedule.OptionalNumber("fjord_time"),
            GraniteTime = schedule.OptionalNumber("granite_time"),
            HoloceneTime = schedule.OptionalNumber("holocene_time"),
            PectraBlobScheduleTime = schedule.OptionalNumber("pectra_blob_schedule_time"),
            IsthmusTime = schedule.OptionalNumber("isthmus_time"),
            JovianTime = schedule.OptionalNumber("jovian_time"),
            KarstTime = schedule.OptionalNumber("karst_time"),
            LagoonTime = schedule.OptionalNumber("lagoon_time"),
        };
        error = root.FirstError;
        config = error is null ? read : null;
        return config is not null;
    }

    private static BlockId ReadBlockId(FieldReader block) => new(block.Hash("hash"), block.Number("number"));
}
