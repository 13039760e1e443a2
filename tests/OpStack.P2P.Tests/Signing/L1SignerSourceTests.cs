using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Signing;

/// <summary>The unsafe block signer from a fake L1.</summary>
public sealed class L1SignerSourceTests
{
    private static readonly Address Contract = Address.Parse("229047fed2591dbec1ef1118d64f7af3db9eb290");
    private static readonly string HeadHash = "0x" + new string('a', 64);
    private static readonly string ConfirmedHash = "0x" + new string('b', 64);

    [Fact]
    public async Task The_slot_is_read_at_the_hash_of_the_head()
    {
        await using SignerServer l1 = await StartAsync(TestBlocks.Sequencer);
        using L1SignerSource source = new(Options(l1));
        Assert.Equal(TestBlocks.Sequencer, await source.ReadAsync());
        Assert.Equal(
            [
                ("eth_getBlockByNumber", """["latest",false]"""),
                ("eth_getStorageAt", $"""["{Contract}","0x65a7ed542fb37fe237fdfbdd70b31598523fe5b32879e307bae27a0bd9581c08","{HeadHash}"]"""),
            ],
            l1.Calls.Select(call => (call.Method, call.Parameters)));
    }

    [Theory]
    [InlineData(4, "0x60")]
    [InlineData(200, "0x0")]
    public async Task With_confirmations_it_is_read_that_far_below(ulong confirmations, string asked)
    {
        await using SignerServer l1 = await StartAsync(TestBlocks.Sequencer);
        using L1SignerSource source = new(Options(l1) with { Confirmations = confirmations });
        await source.ReadAsync();
        Assert.Equal($"""["{asked}",false]""", l1.Calls.ElementAt(1).Parameters);
        Assert.Contains(ConfirmedHash, l1.Calls.ElementAt(2).Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_slot_and_what_is_no_slot_are_failures()
    {
        await using SignerServer l1 = await StartAsync(default);
        using L1SignerSource source = new(Options(l1));
        Assert.Equal(SigningError.BadAnswer, (await Assert.ThrowsAsync<SigningException>(() => source.ReadAsync().AsTask())).Error);
        l1.Answer = (context, _, _, _) => SignerServer.ResultAsync(context, """{"hash":"0x12","number":"0x1"}""");
        Assert.Equal(SigningError.BadAnswer, (await Assert.ThrowsAsync<SigningException>(() => source.ReadAsync().AsTask())).Error);
        await l1.DisposeAsync();
        Assert.Equal(SigningError.Unreachable, (await Assert.ThrowsAsync<SigningException>(() => source.ReadAsync().AsTask())).Error);
    }

    [Fact]
    public void Mistakes_are_named_and_the_url_is_not_told()
    {
        L1SignerSourceOptions good = new() { Endpoint = new Uri("https://l1.example/secret"), SystemConfig = Contract };
        Assert.DoesNotContain("secret", good.ToString(), StringComparison.Ordinal);
        Assert.Contains("SystemConfig", Assert.Throws<ArgumentException>(() => new L1SignerSource(good with { SystemConfig = default })).Message, StringComparison.Ordinal);
        Assert.Contains("Endpoint", Assert.Throws<ArgumentException>(() => new L1SignerSource(good with { Endpoint = new Uri("file:///x") })).Message, StringComparison.Ordinal);
        Assert.Contains("ReloadInterval", Assert.Throws<ArgumentException>(() => new L1SignerSource(good with { ReloadInterval = default })).Message, StringComparison.Ordinal);
        Assert.Contains("Confirmations", Assert.Throws<ArgumentException>(() => new L1SignerSource(good with { Confirmations = 10_001 })).Message, StringComparison.Ordinal);
    }

    private static L1SignerSourceOptions Options(SignerServer l1) => new() { Endpoint = l1.Url, SystemConfig = Contract };

    private static async Task<SignerServer> StartAsync(Address signer)
    {
        SignerServer l1 = await SignerServer.StartAsync();
        l1.Answer = (context, method, parameters, _) => SignerServer.ResultAsync(
            context,
            method == "eth_getStorageAt" ? $"\"0x{new string('0', 24)}{signer.ToString()[2..]}\""
            : parameters[0].GetString() == "latest" ? $$"""{"number":"0x64","hash":"{{HeadHash}}"}"""
            : $$"""{"number":"{{parameters[0].GetString()}}","hash":"{{ConfirmedHash}}"}""");
        return l1;
    }
}
