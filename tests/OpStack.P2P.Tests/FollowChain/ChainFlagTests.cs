using OpStack.P2P.FollowChain.Flags;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.FollowChain;

/// <summary>Which chain is followed, and whose blocks.</summary>
public sealed class ChainFlagTests : IDisposable
{
    private const string Signer = "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("follow");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("10", 10)]
    [InlineData("OP Mainnet", 10)]
    [InlineData("op-mainnet", 10)]
    [InlineData("optimism", 10)]
    [InlineData("op-sepolia", 11155420)]
    [InlineData("optimism-sepolia", 11155420)]
    [InlineData("base", 8453)]
    [InlineData("base-mainnet", 8453)]
    [InlineData("base-sepolia", 84532)]
    [InlineData("Base Sepolia Testnet", 84532)]
    [InlineData("unichain-sepolia", 1301)]
    [InlineData("worldchain-mainnet", 480)]
    [InlineData("zora", 7777777)]
    [InlineData("901", 901)]
    public void A_chain_is_named_by_its_id_or_as_op_node_and_kona_name_it(string text, ulong id) => Assert.Equal(id, ChainNames.Find(text));

    [Theory]
    [InlineData("")]
    [InlineData("mainnet")]
    [InlineData("-1")]
    [InlineData("nowhere")]
    public void What_is_no_chain_is_none(string text) => Assert.Null(ChainNames.Find(text));

    [Fact]
    public void Every_registered_name_is_its_own_chains() =>
        Assert.All(ChainRegistry.All, chain => Assert.Equal(chain.Config.L2ChainId, ChainNames.Find(chain.Name)));

    [Fact]
    public async Task The_signer_is_the_flags_or_the_registrys()
    {
        Address registered = NetworkConfig.ForChain(10).UnsafeBlockSigner;
        Assert.Equal(registered, (await Follow.ConfigAsync("--chain 10")).UnsafeBlockSigner);
        Assert.Equal(Address.Parse(Signer), (await Follow.ConfigAsync($"--chain 10 --p2p.unsafe.block.signer {Signer}")).UnsafeBlockSigner);
        Assert.Equal(registered, (await Follow.ConfigAsync($"--rollup.config {ConfigFile(10)}")).UnsafeBlockSigner);
        FlagException unknown = await Assert.ThrowsAsync<FlagException>(() => Follow.ConfigAsync($"--rollup.config {ConfigFile(901)}"));
        Assert.Contains("--p2p.unsafe.block.signer or --l1", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_and_another_chain_are_refused()
    {
        Assert.Equal(901UL, (await Follow.ConfigAsync($"--network 901 --rollup-cfg {ConfigFile(901)} --p2p.unsafe.block.signer {Signer}")).RollupConfig.L2ChainId);
        FlagException error = await Assert.ThrowsAsync<FlagException>(
            () => Follow.ConfigAsync("--chain 10 --p2p.unsafe.block.signer " + Signer, ("OP_NODE_ROLLUP_CONFIG", ConfigFile(901))));
        Assert.StartsWith("--chain and OP_NODE_ROLLUP_CONFIG name different chains", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_configuration_is_named()
    {
        string file = Path.Combine(_directory.FullName, "broken.json");
        File.WriteAllText(file, "{}");
        FlagException error = await Assert.ThrowsAsync<FlagException>(() => Follow.ConfigAsync($"--rollup.config {file}"));
        Assert.StartsWith($"--rollup.config: {file}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_can_be_made_without_knowing_whose_blocks_are_valid()
    {
        (int code, string output, _) = await Follow.RunAsync(["p2p", "enr", "--rollup.config", ConfigFile(901)], new string('4', 64));
        Assert.Equal((0, true), (code, output.StartsWith("enr:", StringComparison.Ordinal)));
    }

    private string ConfigFile(ulong chainId)
    {
        string file = Path.Combine(_directory.FullName, $"{chainId}.json");
        File.WriteAllText(file, FollowTests.RollupJson.Replace("901", chainId.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return file;
    }
}
