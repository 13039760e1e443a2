using System.Net;
using System.Text;
using System.Text.Json;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>JSON-RPC over real HTTP, and what stands before it.</summary>
public sealed class RpcEndpointTests : IAsyncLifetime
{
    private const string PeerCount = """{"jsonrpc":"2.0","id":7,"method":"opp2p_peerStats","params":[]}""";

    private WebNode _node = null!;

    public async Task InitializeAsync() =>
        _node = await WebNode.StartAsync(change: config => config with { Rpc = new RpcOptions { MaxBodyBytes = 64 << 10, MaxBatch = 100 } });

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_call_is_answered_as_JSON_that_no_cache_keeps()
    {
        using HttpResponseMessage answer = await _node.PostAsync(PeerCount);
        JsonElement json = await JsonOf(answer, HttpStatusCode.OK);
        Assert.Equal(7, json.GetProperty("id").GetInt32());
        Assert.Equal(0, json.GetProperty("result").GetProperty("connected").GetInt32());
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_batch_is_answered_whole_and_notifications_alone_with_nothing()
    {
        using HttpResponseMessage batch = await _node.PostAsync($"[{PeerCount},{PeerCount}]");
        Assert.Equal(2, (await JsonOf(batch, HttpStatusCode.OK)).GetArrayLength());

        using HttpResponseMessage none = await _node.PostAsync("""{"jsonrpc":"2.0","method":"opp2p_peerStats"}""");
        Assert.Equal(HttpStatusCode.NoContent, none.StatusCode);
        Assert.Empty(await none.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    [Trait("Row", "59")]
    public async Task Attack_a_10_MB_body_is_refused_by_its_declared_length_with_an_error_object()
    {
        // The client is told by the header alone: it sends what it announced only to a server that asks for it.
        ByteArrayContent body = Json(new byte[10 << 20]);
        using HttpResponseMessage answer = await _node.PostAsync(body, request => request.Headers.ExpectContinue = true);
        JsonElement json = await JsonOf(answer, HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(-32600, json.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("id").ValueKind);
    }

    [Fact]
    [Trait("Row", "59")]
    public async Task Attack_a_body_of_unknown_length_is_refused_at_64_KiB_and_1()
    {
        using HttpResponseMessage most = await _node.PostAsync(new Endless(Padded(64 << 10)));
        Assert.Equal(7, (await JsonOf(most, HttpStatusCode.OK)).GetProperty("id").GetInt32());

        using HttpResponseMessage more = await _node.PostAsync(new Endless(Padded((64 << 10) + 1)));
        Assert.Equal(-32600, (await JsonOf(more, HttpStatusCode.RequestEntityTooLarge)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData(5 << 20)] // The default.
    [InlineData(32 << 20)] // Above the 30 MB that the server has for itself.
    public async Task A_body_may_be_as_long_as_the_options_say_and_not_a_byte_longer(int most)
    {
        await using WebNode node = await WebNode.StartAsync(change: config => config with { Rpc = new RpcOptions { MaxBodyBytes = most } });
        using HttpResponseMessage whole = await node.PostAsync(Json(Padded(most)));
        Assert.Equal(7, (await JsonOf(whole, HttpStatusCode.OK)).GetProperty("id").GetInt32());
        using HttpResponseMessage longer = await node.PostAsync(Json(Padded(most + 1)), request => request.Headers.ExpectContinue = true);
        await JsonOf(longer, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [Trait("Row", "59")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"opp2p_nonsense"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"opp2p_blockPeer","params":[42]}""")]
    public async Task Attack_what_is_no_call_of_ours_is_answered_200_with_an_error_object(string body)
    {
        using HttpResponseMessage answer = await _node.PostAsync(body);
        Assert.True((await JsonOf(answer, HttpStatusCode.OK)).GetProperty("error").GetProperty("code").GetInt32() < 0);
    }

    [Fact]
    [Trait("Row", "59")]
    public async Task Attack_1000_deep_JSON_a_batch_of_10000_and_broken_UTF8_are_answered_200_with_an_error_object()
    {
        string[] bodies = [new string('[', 1000) + new string(']', 1000), $"[{string.Join(',', Enumerable.Repeat("{}", 10_000))}]"];
        foreach (byte[] body in bodies.Select(Encoding.UTF8.GetBytes).Append([(byte)'"', 0xc3, 0x28, (byte)'"']))
        {
            using HttpResponseMessage answer = await _node.PostAsync(Json(body));
            JsonElement json = await JsonOf(answer, HttpStatusCode.OK);
            JsonElement first = json.ValueKind == JsonValueKind.Array ? json[0] : json;
            Assert.True(first.GetProperty("error").GetProperty("code").GetInt32() < 0);
        }
    }

    [Theory]
    [InlineData("text/plain")] // What a page of any site may post without being asked.
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonp")]
    [InlineData(null)]
    public async Task Attack_a_form_of_another_site_is_refused_for_its_content_type(string? type)
    {
        ByteArrayContent body = new(Encoding.UTF8.GetBytes(PeerCount));
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage answer = await _node.PostAsync(body);
        Assert.Equal(-32600, (await JsonOf(answer, HttpStatusCode.UnsupportedMediaType)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json-rpc")]
    [InlineData("APPLICATION/JSONREQUEST")]
    public async Task Content_types_of_go_ethereum_are_taken(string type)
    {
        ByteArrayContent body = new(Encoding.UTF8.GetBytes(PeerCount));
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage answer = await _node.PostAsync(body);
        Assert.Equal(7, (await JsonOf(answer, HttpStatusCode.OK)).GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("attacker.example", null)]
    [InlineData(null, "https://attacker.example")]
    public async Task Attack_a_rebound_name_or_a_foreign_origin_is_refused_at_every_endpoint(string? host, string? origin)
    {
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Post, "/"), (HttpMethod.Get, "/"), (HttpMethod.Get, "/snapshot.json"), (HttpMethod.Get, "/metrics") })
        {
            HttpRequestMessage request = new(method, path) { Content = method == HttpMethod.Post ? Json(Encoding.UTF8.GetBytes(PeerCount)) : null };
            request.Headers.Host = host;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using HttpResponseMessage answer = await _node.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task A_foreign_page_that_asks_first_is_told_no_and_an_allowed_one_yes()
    {
        Assert.Equal((HttpStatusCode.Forbidden, null), await PreflightAsync(_node, "https://ops.example"));

        await using WebNode open = await WebNode.StartAsync(new P2PEndpointOptions { AllowedOrigins = ["https://ops.example"] });
        Assert.Equal((HttpStatusCode.NoContent, "https://ops.example"), await PreflightAsync(open, "https://ops.example"));
        Assert.Equal((HttpStatusCode.Forbidden, null), await PreflightAsync(open, "https://attacker.example"));

        using HttpResponseMessage answer = await open.PostAsync(PeerCount, request => request.Headers.Add("Origin", "https://ops.example"));
        Assert.Equal("https://ops.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Origin", answer.Headers.Vary);
    }

    [Fact]
    public async Task Our_own_client_works_over_it()
    {
        using HttpJsonRpcTransport transport = new(_node.Uri);
        OpP2PClient client = new(transport);
        Assert.Equal(_node.Handler.Gossip.LocalPeerId, (await client.SelfAsync()).PeerId);
    }

    private static async Task<(HttpStatusCode Status, string? Allowed)> PreflightAsync(WebNode node, string origin)
    {
        HttpRequestMessage request = new(HttpMethod.Options, "/");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");
        using HttpResponseMessage answer = await node.Http.SendAsync(request);
        return (answer.StatusCode, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null);
    }

    private static ByteArrayContent Json(byte[] body)
    {
        ByteArrayContent content = new(body);
        content.Headers.ContentType = new("application/json");
        return content;
    }

    private static byte[] Padded(int length) => Encoding.UTF8.GetBytes(PeerCount.PadRight(length));

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer, HttpStatusCode status)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode}: {body}");
        return JsonElement.Parse(body);
    }

    /// <summary>Sent in chunks, without a length.</summary>
    private sealed class Endless : HttpContent
    {
        private readonly byte[] _body;

        public Endless(byte[] body)
        {
            _body = body;
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context) => await stream.WriteAsync(_body);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
