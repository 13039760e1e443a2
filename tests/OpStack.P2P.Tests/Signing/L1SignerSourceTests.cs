using Microsoft.AspNetCore.Http;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;

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
    [InlineData(100, "0x0")]
    [InlineData(101, "0x64")]
    public async Task With_confirmations_it_is_read_that_far_below_or_at_the_head_of_a_shorter_chain(ulong confirmations, string asked)
    {
        await using SignerServer l1 = await StartAsync(TestBlocks.Sequencer);
        using L1SignerSource source = new(Options(l1) with { Confirmations = confirmations });
        await source.ReadAsync();
        Assert.Equal($"""["{asked}",false]""", l1.Calls.ElementAt(1).Parameters);
        Assert.Contains(ConfirmedHash, l1.Calls.ElementAt(2).Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_slot_and_an_L1_that_is_gone_are_failures()
    {
        await using SignerServer l1 = await StartAsync(default);
        using L1SignerSource source = new(Options(l1));
        Assert.Equal(SigningError.BadAnswer, (await Assert.ThrowsAsync<SigningException>(() => source.ReadAsync().AsTask())).Error);
        await l1.DisposeAsync();
        Assert.Equal(SigningError.Unreachable, (await Assert.ThrowsAsync<SigningException>(() => source.ReadAsync().AsTask())).Error);
    }

    [Fact]
    public async Task The_low_20_bytes_of_the_slot_are_the_signer()
    {
        await using SignerServer l1 = await StartAsync(TestBlocks.Sequencer, upperBytes: 'f');
        using L1SignerSource source = new(Options(l1));
        Assert.Equal(TestBlocks.Sequencer, await source.ReadAsync());
        Assert.Contains($"\"{Keccak256.Hash("systemconfig.unsafeblocksigner"u8)}\"", l1.Calls.Last().Parameters, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"result":null}""", 200, SigningError.BadAnswer)]
    [InlineData("""{"result":{"hash":"0x12","number":"0x1"}}""", 200, SigningError.BadAnswer)]
    [InlineData("""{"result":{"hash":"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","number":"0x10000000000000000"}}""", 200, SigningError.BadAnswer)]
    [InlineData("""{"result":{"hash":"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","number":100}}""", 200, SigningError.BadAnswer)]
    [InlineData("""{"error":{"code":-32005,"message":"limit exceeded"}}""", 429, SigningError.Refused)]
    [InlineData("<html>", 502, SigningError.Unreachable)]
    [InlineData("<html>", 200, SigningError.BadAnswer)]
    public async Task What_is_no_block_is_a_failure_and_asked_for_once(string body, int status, SigningError error)
    {
        await using SignerServer l1 = await SignerServer.StartAsync();
        l1.Answer = (context, _, _, _) =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        };
        using L1SignerSource source = new(Options(l1));
        Assert.Equal(error, (await Assert.ThrowsAsync<SigningException>(() => source.ReadAsync().AsTask())).Error);
        Assert.Single(l1.Calls);
    }

    [Fact]
    public async Task A_silent_L1_is_given_up_after_ten_seconds()
    {
        FakeTimeProvider time = new();
        await using SignerServer l1 = await SignerServer.StartAsync();
        l1.Answer = (context, _, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using L1SignerSource source = new(Options(l1), time);
        Task<Address> reading = source.ReadAsync().AsTask();
        await Until.TrueAsync(() => l1.Calls.Count == 1);
        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal(1, time.ActiveTimers);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(SigningError.Timeout, (await Assert.ThrowsAsync<SigningException>(() => reading)).Error);
    }

    [Fact]
    public async Task A_change_of_signer_on_L1_reaches_the_network_and_an_L1_that_is_down_changes_nothing()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using SignerServer l1 = await StartAsync(DriverNode.AddressOf(5));
        using L1SignerSource source = new(Options(l1), time);
        await using TestNetwork network = await TestNetwork.StartAsync(
            config => config with { SignerSource = source, UnsafeBlockSigner = default, Discovery = false, SyncByNumber = false },
            builder => builder.WithTimeProvider(time));
        await Until.TrueAsync(() => network.Gossip.UnsafeBlockSigner == DriverNode.AddressOf(5));

        l1.Answer = (context, _, _, _) => Task.FromException(new IOException("L1 is down")); // HTTP 500.
        await NextReadAsync(1);
        Assert.Equal(DriverNode.AddressOf(5), network.Gossip.UnsafeBlockSigner);
        AnswerWith(l1, default); // A slot that is empty.
        await NextReadAsync(2);
        Assert.Equal(DriverNode.AddressOf(5), network.Gossip.UnsafeBlockSigner);
        AnswerWith(l1, DriverNode.AddressOf(6));
        await NextReadAsync(2);
        await Until.TrueAsync(() => network.Gossip.UnsafeBlockSigner == DriverNode.AddressOf(6));
        Assert.Equal(PartState.Running, network.Part(NetworkPart.SignerSource).State);

        async Task NextReadAsync(int faults)
        {
            int calls = l1.Calls.Count;
            await Until.TrueAsync(() => time.HasTimerIn(TimeSpan.FromMinutes(10)));
            time.Advance(TimeSpan.FromMinutes(10));
            await Until.TrueAsync(() => l1.Calls.Count > calls && network.Part(NetworkPart.SignerSource).Faults == faults);
        }
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

    private static async Task<SignerServer> StartAsync(Address signer, char upperBytes = '0')
    {
        SignerServer l1 = await SignerServer.StartAsync();
        AnswerWith(l1, signer, upperBytes);
        return l1;
    }

    /// <summary>An L1 of 100 blocks.</summary>
    private static void AnswerWith(SignerServer l1, Address signer, char upperBytes = '0') =>
        l1.Answer = (context, method, parameters, _) => SignerServer.ResultAsync(
            context,
            method == "eth_getStorageAt" ? $"\"0x{new string(upperBytes, 24)}{signer.ToString()[2..]}\""
            : parameters[0].GetString() == "latest" ? $$"""{"number":"0x64","hash":"{{HeadHash}}"}"""
            : $$"""{"number":"{{parameters[0].GetString()}}","hash":"{{ConfirmedHash}}"}""");
}
