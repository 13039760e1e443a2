using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Rollup;

public sealed class ChainRegistryTests
{
    [Fact]
    public void The_embedded_copy_is_the_vectors_file()
    {
        using Stream resource = typeof(ChainRegistry).Assembly.GetManifestResourceStream("OpStack.P2P.Rollup.chains.json")!;
        using MemoryStream embedded = new();
        resource.CopyTo(embedded);

        Assert.Equal(File.ReadAllBytes(Vectors.PathOf("chains.json")), embedded.ToArray());
        Assert.StartsWith("superchain-registry", ChainRegistry.Origin);
    }

    [Fact]
    public void Every_chain_of_the_file_is_there_with_every_field()
    {
        using JsonDocument file = Vectors.Json("chains.json");
        JsonElement chains = file.RootElement.GetProperty("chains");
        Assert.Equal(54, chains.GetArrayLength());
        Assert.Equal(54, ChainRegistry.All.Count);
        foreach (JsonElement expected in chains.EnumerateArray())
        {
            Assert.True(ChainRegistry.TryGet(expected.GetProperty("l2_chain_id").GetUInt64(), out RegisteredChain? chain));
            Assert.Contains(chain, ChainRegistry.All);
            Assert.Equal(expected.GetProperty("name").GetString(), chain.Name);
            Assert.Equal(expected.GetProperty("superchain").GetString(), chain.Superchain);
            Assert.Equal(AddressOf(expected, "unsafe_block_signer"), chain.UnsafeBlockSigner);
            AssertConfig(expected, chain.Config);
        }
    }

    [Fact]
    public void OP_Mainnet_is_known_and_an_unknown_chain_is_not()
    {
        Assert.True(ChainRegistry.TryGet(10, out RegisteredChain? chain));
        Assert.Equal("OP Mainnet", chain.Name);
        Assert.Equal(Address.Parse("AAAA45d9549EDA09E70937013520214382Ffc4A2"), chain.UnsafeBlockSigner);
        Assert.False(ChainRegistry.TryGet(31337, out _));
        Assert.Equal(46, ChainRegistry.All.Count(known => known.UnsafeBlockSigner is null));
    }

    private static void AssertConfig(JsonElement expected, RollupConfig config)
    {
        JsonElement genesis = expected.GetProperty("genesis");
        Assert.Equal(expected.GetProperty("l1_chain_id").GetUInt64(), config.L1ChainId);
        Assert.Equal(expected.GetProperty("block_time").GetUInt64(), config.BlockTime);
        Assert.Equal(AddressOf(expected, "l1_system_config_address"), config.L1SystemConfigAddress);
        Assert.Equal(genesis.GetProperty("l2_time").GetUInt64(), config.Genesis.L2Time);
        foreach ((string name, BlockId block) in new[] { ("l1", config.Genesis.L1), ("l2", config.Genesis.L2) })
        {
            Assert.Equal(genesis.GetProperty(name).GetProperty("number").GetUInt64(), block.Number);
            Assert.Equal(Hash256.Parse(genesis.GetProperty(name).GetProperty("hash").GetString()!), block.Hash);
        }

        JsonElement forks = expected.GetProperty("hardforks");
        (string Key, ulong? Time)[] read =
        [
            ("regolith_time", config.RegolithTime), ("canyon_time", config.CanyonTime), ("delta_time", config.DeltaTime),
            ("ecotone_time", config.EcotoneTime), ("fjord_time", config.FjordTime), ("granite_time", config.GraniteTime),
            ("holocene_time", config.HoloceneTime), ("pectra_blob_schedule_time", config.PectraBlobScheduleTime),
            ("isthmus_time", config.IsthmusTime), ("jovian_time", config.JovianTime), ("karst_time", config.KarstTime), ("lagoon_time", config.LagoonTime),
        ];
        Assert.Equal(forks.EnumerateObject().Count(), read.Count(fork => fork.Time is not null));
        Assert.All(read, fork => Assert.Equal(forks.TryGetProperty(fork.Key, out JsonElement time) ? time.GetUInt64() : null, fork.Time));
    }

    private static Address? AddressOf(JsonElement element, string name) =>
        element.GetProperty(name).GetString() is { } text ? Address.Parse(text) : null;
}
