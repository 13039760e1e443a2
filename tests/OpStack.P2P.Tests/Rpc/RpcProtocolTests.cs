using System.Text;
using OpStack.P2P.Rpc;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>JSON-RPC 2.0, with go-ethereum's codes and texts.</summary>
public sealed class RpcProtocolTests
{
    private static readonly string Count = """{"connectedDiscovery":null,"connectedGossip":0}""";

    private readonly RpcFixture _fixture = new();

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("-17")]
    [InlineData("1.50")]
    [InlineData("1e400")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"a-b\"")]
    [InlineData("\"\\u0041\\n\\ud83d\\ude00\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"é<>&'\"")]
    public async Task An_id_comes_back_exactly_as_it_was_written(string id)
    {
        Assert.Equal(RpcFixture.ResultOf(Count, id), await _fixture.SendAsync(RpcFixture.Body("opp2p_peerCount", "[]", id)));
        Assert.Equal(
            RpcFixture.ErrorOf(-32601, "the method opp2p_nothing does not exist/is not available", id),
            await _fixture.SendAsync(RpcFixture.Body("opp2p_nothing", "[]", id)));
    }

    [Fact]
    public async Task Members_come_in_any_order_and_others_are_passed_over()
    {
        Assert.Equal(
            RpcFixture.ResultOf(Count, "7"),
            await _fixture.SendAsync("""  {"extra":{"id":[1]},"params" : [],"method":"opp2p_peer\u0043ount","id": 7 ,"jsonrpc":"2.0"}  """));
        Assert.Equal(RpcFixture.ResultOf(Count), await _fixture.SendAsync("""{"jsonrpc":"2.0","id":1,"method":"opp2p_peerCount"}"""));
        Assert.Equal(RpcFixture.ResultOf(Count), await _fixture.CallAsync("opp2p_peerCount", "null"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"opp2p_self"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"opp2p_self"} {}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"opp2p_self",}""")]
    [InlineData("""{"jsonrpc":"2.0","id":01,"method":"opp2p_self"}""")]
    [InlineData("""// {"jsonrpc":"2.0","id":1,"method":"opp2p_self"}""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"opp2p_self"}""")]
    [InlineData("\uFEFF{}")]
    [InlineData("nothing")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"\ud800":1,"method":"opp2p_self"}""")]
    public async Task What_is_no_JSON_is_a_parse_error(string body) =>
        Assert.Equal(RpcFixture.ErrorOf(-32700, "parse error", "null"), await _fixture.SendAsync(body));

    [Theory]
    [InlineData("1", "null")]
    [InlineData("null", "null")]
    [InlineData("\"opp2p_self\"", "null")]
    [InlineData("{}", "null")]
    [InlineData("""{"id":3}""", "3")]
    [InlineData("""{"id":3,"method":"opp2p_self"}""", "3")]
    [InlineData("""{"jsonrpc":"1.0","id":3,"method":"opp2p_self"}""", "3")]
    [InlineData("""{"jsonrpc":2.0,"id":3,"method":"opp2p_self"}""", "3")]
    [InlineData("""{"jsonrpc":["2.0"],"id":3,"method":"opp2p_self"}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":""}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":1}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":["opp2p_self"]}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"\udc00"}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"result":null}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":[3],"method":"opp2p_self"}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":3},"method":"opp2p_self"}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":true,"method":"opp2p_self"}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"id":4,"method":"opp2p_self"}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"opp2p_self","method":"opp2p_peers"}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","jsonrpc":"2.0","id":3,"method":"opp2p_self"}""", "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"opp2p_peers","params":[true],"params":[false]}""", "3")]
    public async Task JSON_that_is_no_call_is_an_invalid_request(string body, string id)
    {
        Assert.Equal(RpcFixture.ErrorOf(-32600, "invalid request", id), await _fixture.SendAsync(body));
        Assert.Equal($"[{RpcFixture.ErrorOf(-32600, "invalid request", id)}]", await _fixture.SendAsync($"[{body}]"));
        Assert.Empty(_fixture.Api.Changes);
    }

    [Fact]
    public async Task A_batch_is_answered_in_order_with_as_many_answers_as_calls_and_what_one_changes_the_next_sees()
    {
        string body = $"[{RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]", "\"a\"")},1,{RpcFixture.Body("nope", "[]", "2")},"
            + $$"""{"jsonrpc":"2.0","method":"opp2p_blockAddr","params":["5.6.7.8"]},{{RpcFixture.Body("opp2p_peerCount", "[]", "3")}}]""";
        string expected = $"[{RpcFixture.ResultOf("null", "\"a\"")},{RpcFixture.ErrorOf(-32600, "invalid request", "null")},"
            + $"{RpcFixture.ErrorOf(-32601, "the method nope does not exist/is not available", "2")},{RpcFixture.ResultOf(Count, "3")}]";
        Assert.Equal(expected, await _fixture.SendAsync(body));
        Assert.Equal(["block 1.2.3.4", "block 5.6.7.8"], _fixture.Api.Changes);
    }

    [Fact]
    public async Task Notifications_are_carried_out_and_not_answered_whatever_comes_of_them()
    {
        string change = """{"jsonrpc":"2.0","method":"opp2p_blockAddr","params":["1.2.3.4"]}""";
        Assert.Null(await _fixture.SendAsync(change));
        Assert.Null(await _fixture.SendAsync($$"""[{{change}},{"jsonrpc":"2.0","method":"nope"},{"jsonrpc":"2.0","method":"opp2p_self","params":[1]}]"""));
        Assert.Equal(["block 1.2.3.4", "block 1.2.3.4"], _fixture.Api.Changes);
    }

    [Fact]
    public async Task An_empty_batch_and_one_too_large_are_one_error()
    {
        Assert.Equal(RpcFixture.ErrorOf(-32600, "empty batch", "null"), await _fixture.SendAsync("[]"));

        RpcFixture small = new(new RpcOptions { MaxBatch = 2 });
        string call = RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]", "9");
        Assert.Equal($"[{RpcFixture.ResultOf("null", "9")},{RpcFixture.ResultOf("null", "9")}]", await small.SendAsync($"[{call},{call}]"));
        Assert.Equal($"[{RpcFixture.ErrorOf(-32600, "batch too large", "9")}]", await small.SendAsync($"[1,{call},{call}]"));
        Assert.Equal(2, small.Api.Changes.Count);
        Assert.Equal(RpcFixture.ErrorOf(-32700, "parse error", "null"), await small.SendAsync($"[1,{call},{call},{{]"));
    }

    [Fact]
    public async Task Methods_that_are_switched_off_are_as_unknown_as_any_other()
    {
        RpcFixture reading = new(new RpcOptions { AllowMutations = false });
        foreach (RpcMethod method in RpcMethods.All.Where(method => method.Access != RpcAccess.Read))
        {
            Assert.Equal(
                RpcFixture.ErrorOf(-32601, $"the method {method.Name} does not exist/is not available"),
                await reading.CallAsync(method.Name, "[\"1.2.3.4\"]"));
        }

        Assert.Equal(RpcFixture.ResultOf(Count), await reading.CallAsync("opp2p_peerCount"));
        Assert.Empty(reading.Api.Changes);

        // Each by itself: the default has changes and no admin, and a node may have admin alone.
        RpcFixture usual = new(new RpcOptions());
        Assert.Equal(RpcFixture.ResultOf("null"), await usual.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]"));
        Assert.Contains("-32601", await usual.CallAsync("admin_postUnsafePayload", "[{}]"));
        RpcFixture admin = new(new RpcOptions { AllowMutations = false, AllowAdmin = true });
        Assert.Contains("-32601", await admin.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]"));
        Assert.Contains("-32602", await admin.CallAsync("admin_postUnsafePayload", "[{}]"));
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_and_told_without_a_word_of_it()
    {
        LogLines log = new();
        RpcFixture fixture = new(logger: log);
        fixture.Api.OnChange = _ => throw new InvalidDataException("0x4646464646464646 is the key");
        Assert.Equal(RpcFixture.ErrorOf(-32603, "internal error"), await fixture.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]"));
        Assert.Single(log.Of(2942));

        fixture.Api.OnChange = _ => throw new ObjectDisposedException("something");
        Assert.Equal(RpcFixture.ErrorOf(-32000, "the network is stopped"), await fixture.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]"));
    }

    [Fact]
    public async Task Changes_are_logged_with_what_came_of_them()
    {
        LogLines log = new();
        RpcFixture fixture = new(logger: log);
        await fixture.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]");
        await fixture.CallAsync("opp2p_blockAddr", "[\"\"]");
        await fixture.CallAsync("opp2p_self");
        Assert.Equal(["opp2p_blockAddr by RPC: done"], log.Of(2940));
        Assert.Equal(["opp2p_blockAddr by RPC: -32000 invalid request"], log.Of(2941));
    }

    [Fact]
    public async Task A_body_whose_time_runs_out_is_answered_and_what_is_left_of_it_is_not_begun()
    {
        FakeTimeProvider time = new();
        RpcFixture fixture = new(new RpcOptions { Timeout = TimeSpan.FromSeconds(5) }, time);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Api.OnChange = cancelled =>
        {
            begun.SetResult();
            return Task.Delay(Timeout.Infinite, cancelled);
        };
        string call = RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]");
        Task<string?> answer = fixture.SendAsync($"[{call},{call}]");
        await begun.Task;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal($"[{RpcFixture.ErrorOf(-32002, "request timed out")},{RpcFixture.ErrorOf(-32002, "request timed out")}]", await answer);
        Assert.Empty(fixture.Api.Changes);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_told_so()
    {
        using CancellationTokenSource caller = new();
        _fixture.Api.OnChange = async cancelled =>
        {
            await caller.CancelAsync();
            cancelled.ThrowIfCancellationRequested();
        };
        byte[] body = Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fixture.Rpc.HandleAsync(body, caller.Token).AsTask());
    }

    [Fact]
    public async Task One_body_more_than_may_run_at_once_is_refused_and_the_place_is_free_again_afterwards()
    {
        RpcFixture fixture = new(new RpcOptions { MaxConcurrent = 2 });
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Api.OnChange = _ => go.Task;
        Task<string?>[] waiting = [.. Enumerable.Range(0, 2).Select(_ => fixture.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]"))];
        Assert.Equal(RpcFixture.ErrorOf(-32005, "too many requests", "null"), await fixture.CallAsync("opp2p_self"));
        go.SetResult();
        await Task.WhenAll(waiting);
        Assert.Equal(RpcFixture.ResultOf(Count), await fixture.CallAsync("opp2p_peerCount"));
    }

    [Fact]
    public async Task A_result_that_does_not_fit_is_an_error_and_so_is_every_call_after_it()
    {
        RpcFixture fixture = new(new RpcOptions { MaxResponseBytes = 1 << 16 });
        fixture.Api.Table = [.. Enumerable.Repeat(new string('e', 1000), 70)];
        string large = RpcFixture.ErrorOf(-32003, "response too large");
        Assert.Equal(large, await fixture.CallAsync("opp2p_discoveryTable"));
        string body = $"[{RpcFixture.Body("opp2p_peerCount")},{RpcFixture.Body("opp2p_discoveryTable")},{RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]")}]";
        Assert.Equal($"[{RpcFixture.ResultOf(Count)},{large},{large}]", await fixture.SendAsync(body));
        Assert.Empty(fixture.Api.Changes);
    }

    [Theory]
    [InlineData(nameof(RpcOptions.MaxBodyBytes))]
    [InlineData(nameof(RpcOptions.MaxDepth))]
    [InlineData(nameof(RpcOptions.MaxBatch))]
    [InlineData(nameof(RpcOptions.MaxResponseBytes))]
    [InlineData(nameof(RpcOptions.MaxConcurrent))]
    [InlineData(nameof(RpcOptions.Timeout))]
    public void An_option_out_of_range_is_named(string name)
    {
        RpcOptions options = name switch
        {
            nameof(RpcOptions.MaxBodyBytes) => new RpcOptions { MaxBodyBytes = 1023 },
            nameof(RpcOptions.MaxDepth) => new RpcOptions { MaxDepth = 65 },
            nameof(RpcOptions.MaxBatch) => new RpcOptions { MaxBatch = 0 },
            nameof(RpcOptions.MaxResponseBytes) => new RpcOptions { MaxResponseBytes = 1 },
            nameof(RpcOptions.MaxConcurrent) => new RpcOptions { MaxConcurrent = 0 },
            _ => new RpcOptions { Timeout = TimeSpan.Zero },
        };
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Network.Builder(Node.TestNetwork.Config with { Rpc = options }).Build());
        Assert.Equal(name, refused.ParamName);
    }
}
