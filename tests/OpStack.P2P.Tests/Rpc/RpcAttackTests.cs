using System.Text;
using OpStack.P2P.Rpc.Protocol;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>Bodies made to hurt (attack-cases.md row 59): an error object, and at most 1 MB allocated for each.</summary>
[Trait("Row", "59")]
public sealed class RpcAttackTests
{
    private const int Budget = 1_000_000;

    private readonly RpcFixture _fixture = new();

    [Fact]
    public void A_body_of_10_MB_is_refused_by_its_length()
    {
        byte[] body = new byte[10_000_000];
        AnswersWithin(Budget, body, RpcFixture.ErrorOf(-32600, "content length too large (10000000>5242880)", "null"));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void JSON_1000_deep_is_a_parse_error_in_a_parameter_and_everywhere_else(string open, string close)
    {
        string deep = $"{string.Concat(Enumerable.Repeat(open, 1000))}1{string.Concat(Enumerable.Repeat(close, 1000))}";
        foreach (string body in new[] { deep, RpcFixture.Body("opp2p_self", deep), RpcFixture.Body("opp2p_self", "[]", deep), $$"""{"x":{{deep}}}""" })
        {
            AnswersWithin(Budget, Encoding.UTF8.GetBytes(body), RpcFixture.ErrorOf(-32700, "parse error", "null"));
        }
    }

    [Fact]
    public void A_batch_of_10000_is_refused_before_any_call_is_made()
    {
        string call = RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]");
        byte[] body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(call, 10_000))}]");
        AnswersWithin(Budget, body, $"[{RpcFixture.ErrorOf(-32600, "batch too large")}]");
        Assert.Empty(_fixture.Api.Changes);
    }

    [Fact]
    public void A_batch_of_five_million_numbers_costs_no_more_than_its_first_thousand()
    {
        byte[] body = new byte[(5 << 20) - 1];
        body.AsSpan().Fill((byte)'1');
        for (int i = 2; i < body.Length; i += 2)
        {
            body[i] = (byte)',';
        }

        (body[0], body[^1]) = ((byte)'[', (byte)']');
        AnswersWithin(Budget, body, $"[{RpcFixture.ErrorOf(-32600, "batch too large", "null")}]");
    }

    [Fact]
    public void Five_megabytes_of_parameters_are_not_copied()
    {
        string million = $"[{string.Join(',', Enumerable.Repeat("[]", 1_000_000))}]";
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_self", million)), RpcFixture.ErrorOf(-32602, "too many arguments, want at most 0"));
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_peers", $"[{million}]")), RpcFixture.ErrorOf(-32602, "invalid argument 0: it is no boolean"));
        string text = new('x', 4_000_000);
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockPeer", $"[\"{text}\"]")), RpcFixture.ErrorOf(-32602, "invalid argument 0: it is no text of up to 1024 bytes"));
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockSubnet", $$"""[{"IP":"{{text}}","Mask":"/w=="}]""")), RpcFixture.ErrorOf(-32602, "invalid argument 0: invalid subnet"));
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockSubnet", $$"""[{"IP":"1.2.3.4","Mask":"{{text}}"}]""")), RpcFixture.ErrorOf(-32602, "invalid argument 0: invalid subnet"));
    }

    [Fact]
    public void A_name_or_id_of_megabytes_is_neither_kept_nor_told()
    {
        string text = new('x', 4_000_000);
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body(text)), RpcFixture.ErrorOf(-32600, "invalid request"));
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_self", "[]", $"\"{text}\"")), RpcFixture.ErrorOf(-32600, "invalid request", "null"));
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_self", "[]", new string('9', 4_000_000))), RpcFixture.ErrorOf(-32600, "invalid request", "null"));
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_self", $"[{new string('9', 4_000_000)}]")), RpcFixture.ErrorOf(-32602, "too many arguments, want at most 0"));
    }

    [Fact]
    public void A_hundred_thousand_members_of_one_name_are_one_invalid_request()
    {
        string members = string.Concat(Enumerable.Repeat("\"id\":1,\"method\":\"opp2p_self\",", 100_000));
        AnswersWithin(Budget, Encoding.UTF8.GetBytes($$"""{{{members}}"jsonrpc":"2.0"}"""), RpcFixture.ErrorOf(-32600, "invalid request", "null"));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_a_parse_error_wherever_they_stand()
    {
        byte[] valid = Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockPeer", "[\"x\"]", "\"y\""));
        foreach (byte[] wrong in new byte[][] { [0xff], [0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf], [0x80] })
        {
            for (int at = 0; at <= valid.Length; at++)
            {
                AnswersWithin(Budget, [.. valid[..at], .. wrong, .. valid[at..]], RpcFixture.ErrorOf(-32700, "parse error", "null"));
            }
        }
    }

    [Fact]
    public void A_batch_full_of_errors_is_answered_whole()
    {
        string call = RpcFixture.Body("opp2p_peers", "[{}]");
        byte[] body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(call, 1000))}]");
        string answer = Encoding.UTF8.GetString(Answer(body)!);
        Assert.Equal(1000, answer.Split("\"code\":-32602").Length - 1);
    }

    [Fact]
    public void A_batch_made_of_the_longest_names_and_ids_allocates_no_more_than_ten_times_its_length()
    {
        string call = RpcFixture.Body(new string('<', 64), "[]", $"\"{new string('i', 254)}\""); // Each < is written as six bytes.
        byte[] body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(call, 1000))}]");
        byte[]? answer = null;
        Assert.InRange(Mutations.AllocatedBy(() => answer = Answer(body)), 0, 10 * body.Length); // Of its answer, three times as long: a buffer that doubles outside the pool, and the copy handed out.
        Assert.Equal(1000, Encoding.UTF8.GetString(answer!).Split("\"code\":-32601").Length - 1);
    }

    [Fact]
    public void A_million_transactions_of_nothing_allocate_no_more_than_ten_times_their_length()
    {
        string payload = EnvelopeJsonTests.Json(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4)));
        int at = payload.IndexOf("\"transactions\":[", StringComparison.Ordinal) + "\"transactions\":[".Length;
        string millions = $"{payload[..at]}{string.Join(',', Enumerable.Repeat("\"0x\"", 1_000_000))}{payload[payload.IndexOf(']', at)..]}";
        byte[] body = Encoding.UTF8.GetBytes(RpcFixture.Body("admin_postUnsafePayload", $"[{millions}]"));
        byte[]? answer = null;
        Assert.InRange(Mutations.AllocatedBy(() => answer = Answer(body)), 0, 10 * body.Length);
        Assert.NotNull(answer);
    }

    [Theory]
    [InlineData("\"blockNumber\":\"0x", "\"blockNumber: no quantity in hex")]
    [InlineData("\"baseFeePerGas\":\"0x", "\"baseFeePerGas: no quantity in hex")]
    [InlineData("\"logsBloom\":\"0x", "\"logsBloom: no 256 bytes in hex")]
    [InlineData("\"extraData\":\"0x", "\"extraData: no up to 32 bytes in hex")]
    [InlineData("\"parentHash\":\"0x", "\"parentHash: no 32 bytes in hex")]
    public void A_field_of_four_million_digits_is_refused_without_being_decoded(string field, string fault)
    {
        string payload = EnvelopeJsonTests.Json(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4)));
        Assert.Contains(field, payload, StringComparison.Ordinal);
        byte[] body = Encoding.UTF8.GetBytes(RpcFixture.Body(
            "admin_postUnsafePayload", $"[{payload.Replace(field, field + new string('1', 4_000_000), StringComparison.Ordinal)}]"));
        AnswersWithin(Budget, body, RpcFixture.ErrorOf(-32602, $"invalid argument 0: {fault[1..]}"));
    }

    [Fact]
    public void Of_a_field_given_twice_the_last_counts_as_in_Go_and_a_null_takes_it_away()
    {
        foreach ((string subnet, string? change) in new[]
        {
            ("""{"IP":"1.1.1.1","IP":"10.0.0.0","Mask":"/////w==","Mask":"/wAAAA=="}""", "block 10.0.0.0/8"),
            ("""{"IP":"10.0.0.0","Mask":"/wAAAA==","IP":null}""", null),
            ("""{"IP":"10.0.0.0","Mask":"/wAAAA==","Mask":""}""", null),
        })
        {
            _fixture.Api.Changes.Clear();
            byte[] answer = Answer(Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockSubnet", $"[{subnet}]")))!;
            Assert.Equal(change is null ? RpcFixture.ErrorOf(-32000, "invalid request") : RpcFixture.ResultOf("null"), Encoding.UTF8.GetString(answer));
            Assert.Equal(change is null ? [] : [change], _fixture.Api.Changes);
        }
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Nesting_is_read_up_to_the_limit_and_not_one_deeper(int depth, bool isRead)
    {
        // The call itself is one level, its list of parameters the second.
        string deep = new string('[', depth - 2) + new string(']', depth - 2);
        string expected = isRead ? RpcFixture.ErrorOf(-32602, "too many arguments, want at most 0") : RpcFixture.ErrorOf(-32700, "parse error", "null");
        AnswersWithin(Budget, Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_self", $"[{deep}]")), expected);
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_is_a_fault_of_ours_and_the_rest_of_the_batch_stands()
    {
        LogRecorder log = new();
        RpcFixture fixture = new(logger: log);
        fixture.Api.Table = new Unreadable();
        string body = $"[{RpcFixture.Body("opp2p_discoveryTable")},{RpcFixture.Body("opp2p_peerCount", "[]", "2")}]";
        Assert.Equal(
            $$$"""[{{{RpcFixture.ErrorOf(-32603, "internal error")}}},{{{RpcFixture.ResultOf("""{"connectedDiscovery":null,"connectedGossip":0}""", "2")}}}]""",
            await fixture.SendAsync(body));
        Assert.Single(log.Of(2942));
    }

    [Fact]
    public void Damaged_bodies_throw_nothing_and_are_answered_within_a_megabyte_each()
    {
        Random random = new(59);
        byte[][] seeds =
        [
            .. new[]
            {
                RpcFixture.Body("opp2p_peers", "[true]"),
                RpcFixture.Body("opp2p_blockSubnet", """[{"IP":"10.0.0.0","Mask":"/wAAAA=="}]"""),
                RpcFixture.Body("opp2p_blockSubnet", "[\"2001:db8::/32\"]"),
                RpcFixture.Body("opp2p_connectPeer", "[\"/ip4/1.2.3.4/tcp/9222/p2p/16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC\"]"),
                $"[{RpcFixture.Body("opp2p_self")},{RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]", "\"\\u00e9\"")},1]",
                RpcFixture.Body("admin_postUnsafePayload", $"[{EnvelopeJsonTests.Json(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4, [1, 2], [3])))}]"),
            }.Select(Encoding.UTF8.GetBytes),
        ];
        int answered = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] body = Mutations.Mutate(random, seeds);
            long before = GC.GetAllocatedBytesForCurrentThread();
            byte[]? answer = Answer(body);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Budget);
            if (answer is not null)
            {
                using System.Text.Json.JsonDocument read = System.Text.Json.JsonDocument.Parse(answer);
                answered++;
            }
        }

        Assert.InRange(answered, 19_000, 20_000);
    }

    [Fact]
    public void Every_truncation_of_a_call_is_a_parse_error()
    {
        byte[] valid = Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockSubnet", """[{"IP":"10.0.0.0","Mask":"/wAAAA=="}]"""));
        foreach (byte[] body in Mutations.Truncations(valid))
        {
            Assert.False(RpcBodyReader.TryRead(body, 32, 10, out _, out P2P.Rpc.RpcFault fault));
            Assert.Equal(-32700, fault.Code);
        }
    }

    private void AnswersWithin(long budget, byte[] body, string expected)
    {
        byte[]? answer = null;
        Assert.InRange(Mutations.AllocatedBy(() => answer = Answer(body)), 0, budget);
        Assert.Equal(expected, Encoding.UTF8.GetString(answer!));
    }

    // Nothing waits in these, so all of it runs on this thread, whose bytes are counted.
    private byte[]? Answer(byte[] body)
    {
        ValueTask<byte[]?> answer = _fixture.Rpc.HandleAsync(body);
        Assert.True(answer.IsCompletedSuccessfully);
        return answer.Result;
    }

    /// <summary>A list that breaks in the middle.</summary>
    private sealed class Unreadable : IReadOnlyList<string>
    {
        public int Count => 2;

        public string this[int index] => throw new InvalidOperationException();

        public IEnumerator<string> GetEnumerator()
        {
            yield return "enr:-a";
            throw new InvalidOperationException("torn");
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
