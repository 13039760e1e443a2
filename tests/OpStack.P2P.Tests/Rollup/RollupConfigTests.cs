using System.Text;
using System.Text.Json.Nodes;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Rollup;

public sealed class RollupConfigTests
{
    private const string Valid = """
        {
          "genesis": {
            "l1": { "hash": "0x438335a20d98863a4c0c97999eb2481921ccd28553eac6f913af7c12aec04108", "number": 17422590 },
            "l2": { "hash": "0xdbf6a80fef073de06add9b0d14026d6e5a86c85f6d102c36d3d8e9cf89c2afd3", "number": 105235063 },
            "l2_time": 1686068903,
            "system_config": { "batcherAddr": "0x6887246668a3b87f54deb3b94ba47a6f63f32985", "gasLimit": 30000000 }
          },
          "block_time": 2, "max_sequencer_drift": 600, "seq_window_size": 3600, "channel_timeout": 300,
          "l1_chain_id": 1, "l2_chain_id": 10,
          "regolith_time": 0, "canyon_time": 1704992401, "delta_time": 1708560000, "ecotone_time": 1710374401, "fjord_time": 1720627201,
          "granite_time": 1726070401, "holocene_time": 1736445601, "pectra_blob_schedule_time": null, "isthmus_time": 1746806401,
          "jovian_time": 1764691201,
          "batch_inbox_address": "0xff00000000000000000000000000000000000010",
          "l1_system_config_address": "0x229047fed2591dbec1eF1118d64F7aF3dB9EB290"
        }
        """;

    [Fact]
    public void A_rollup_json_is_read()
    {
        Assert.True(TryParse(Valid, out RollupConfig? config, out string? error), error);

        Assert.Equal(10ul, config!.L2ChainId);
        Assert.Equal(1ul, config.L1ChainId);
        Assert.Equal(2ul, config.BlockTime);
        Assert.Equal(105235063ul, config.Genesis.L2.Number);
        Assert.Equal(Hash256.Parse("438335a20d98863a4c0c97999eb2481921ccd28553eac6f913af7c12aec04108"), config.Genesis.L1.Hash);
        Assert.Equal(1686068903ul, config.Genesis.L2Time);
        Assert.Equal(Address.Parse("229047fed2591dbec1ef1118d64f7af3db9eb290"), config.L1SystemConfigAddress);
        Assert.Equal(1746806401ul, config.IsthmusTime);
        Assert.Null(config.PectraBlobScheduleTime);
        Assert.Null(config.KarstTime);
    }

    [Theory]
    [InlineData("l2_chain_id", "0", "l2_chain_id: must be at least 1")]
    [InlineData("l2_chain_id", "\"10\"", "l2_chain_id: not a number")]
    [InlineData("l2_chain_id", "1.5", "l2_chain_id: not a whole number of 64 bits")]
    [InlineData("l2_chain_id", "-1", "l2_chain_id: not a whole number of 64 bits")]
    [InlineData("l2_chain_id", "18446744073709551616", "l2_chain_id: not a whole number of 64 bits")]
    [InlineData("l2_chain_id", "null", "l2_chain_id: missing")]
    [InlineData("block_time", "0", "block_time: must be at least 1")]
    [InlineData("genesis", "[]", "genesis: not an object")]
    [InlineData("genesis", "null", "genesis: missing")]
    [InlineData("genesis", "{\"l1\":{\"hash\":\"0x00\",\"number\":1}}", "genesis.l1.hash: not a 32-byte hash in hex")]
    [InlineData("canyon_time", "\"soon\"", "canyon_time: not a number")]
    [InlineData("l1_system_config_address", "\"0x2290\"", "l1_system_config_address: not a 20-byte address in hex")]
    [InlineData("l1_system_config_address", "7", "l1_system_config_address: not an address")]
    public void An_offending_field_is_named(string field, string value, string expected)
    {
        JsonObject json = JsonNode.Parse(Valid)!.AsObject();
        json[field] = JsonNode.Parse(value);

        Assert.False(TryParse(json.ToJsonString(), out RollupConfig? config, out string? error));

        Assert.Null(config);
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("{\"l2_chain_id\":10")]
    [InlineData("{\"l2_chain_id\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"genesis\":{\"l1\":{\"hash\":\"\\ud800\"}}}")]
    public void What_is_no_configuration_is_refused(string json)
    {
        Assert.False(TryParse(json, out _, out string? error));
        Assert.NotEmpty(error!);
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        Assert.False(TryParse(new string('[', 100_000), out _, out _));
        Assert.False(TryParse(Valid + new string(' ', 1 << 20), out _, out string? error));
        Assert.Contains("more than 1048576 bytes", error);
    }

    [Fact]
    public void Mutated_text_never_throws()
    {
        Random random = new(99);
        byte[] seed = Encoding.UTF8.GetBytes(Valid);
        int accepted = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] text = [.. seed];
            text[random.Next(text.Length)] = (byte)random.Next(256);
            bool parsed = RollupConfig.TryParse(text, out RollupConfig? config, out string? error);
            Assert.Equal(parsed, config is not null);
            Assert.Equal(parsed, error is null);
            accepted += parsed ? 1 : 0;
        }

        Assert.InRange(accepted, 100, 19_900);
    }

    [Fact]
    public void A_later_fork_implies_the_earlier_ones()
    {
        Assert.True(TryParse(Valid, out RollupConfig? config, out _));
        RollupConfig lagoonOnly = config! with
        {
            RegolithTime = null,
            CanyonTime = null,
            DeltaTime = null,
            EcotoneTime = null,
            FjordTime = null,
            GraniteTime = null,
            HoloceneTime = null,
            IsthmusTime = null,
            JovianTime = null,
            KarstTime = null,
            LagoonTime = 100,
        };
        foreach (ulong time in new ulong[] { 99, 100 })
        {
            bool[] active =
            [
                lagoonOnly.IsRegolithActive(time), lagoonOnly.IsCanyonActive(time), lagoonOnly.IsDeltaActive(time), lagoonOnly.IsEcotoneActive(time),
                lagoonOnly.IsFjordActive(time), lagoonOnly.IsGraniteActive(time), lagoonOnly.IsHoloceneActive(time), lagoonOnly.IsIsthmusActive(time),
                lagoonOnly.IsJovianActive(time), lagoonOnly.IsKarstActive(time), lagoonOnly.IsLagoonActive(time),
            ];
            Assert.All(active, value => Assert.Equal(time == 100, value));
        }
    }

    [Fact]
    public void An_earlier_fork_does_not_imply_a_later_one()
    {
        Assert.True(TryParse(Valid, out RollupConfig? config, out _));

        Assert.True(config!.IsIsthmusActive(1746806401));
        Assert.False(config.IsIsthmusActive(1746806400));
        Assert.True(config.IsHoloceneActive(1746806400));
        Assert.False(config.IsKarstActive(ulong.MaxValue));
    }

    [Theory]
    [InlineData(0ul, PayloadVersion.V1)]
    [InlineData(1704992400ul, PayloadVersion.V1)]
    [InlineData(1704992401ul, PayloadVersion.V2)]
    [InlineData(1708560000ul, PayloadVersion.V2)]
    [InlineData(1710374400ul, PayloadVersion.V2)]
    [InlineData(1710374401ul, PayloadVersion.V3)]
    [InlineData(1746806400ul, PayloadVersion.V3)]
    [InlineData(1746806401ul, PayloadVersion.V4)]
    [InlineData(1764691201ul, PayloadVersion.V4)]
    public void The_payload_version_follows_from_the_timestamp(ulong timestamp, PayloadVersion expected)
    {
        Assert.True(TryParse(Valid, out RollupConfig? config, out _));
        Assert.Equal(expected, config!.PayloadVersionAt(timestamp));
    }

    private static bool TryParse(string json, out RollupConfig? config, out string? error) =>
        RollupConfig.TryParse(Encoding.UTF8.GetBytes(json), out config, out error);
}
