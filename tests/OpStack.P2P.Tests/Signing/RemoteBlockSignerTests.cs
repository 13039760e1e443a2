using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Signing;

/// <summary>The remote signer against a real HTTPS server that wants client certificates.</summary>
public sealed class RemoteBlockSignerTests : IDisposable
{
    private readonly SignerFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_block_is_signed_over_mutual_tls_with_the_arguments_op_node_sends()
    {
        await using SignerServer server = await _fixture.StartAsync();
        using RemoteBlockSigner signer = new(_fixture.Options(server) with { Headers = [new("x-token", "a=b")] });
        BlockSignature signature = await SignerFixture.SignAsync(signer);
        Assert.Equal(_fixture.Signature, signature);
        (string method, string parameters, string? client, string? token) = Assert.Single(server.Calls);
        Assert.Equal(("opsigner_signBlockPayload", "CN=client", "a=b"), (method, client, token));
        string zeros = string.Join(',', Enumerable.Repeat("0", 32));
        string hash = Convert.ToBase64String(SignerFixture.Hash.Value.AsSpan());
        Assert.Equal($$"""[{"domain":[{{zeros}}],"chainId":10,"payloadHash":"{{hash}}","senderAddress":"{{TestBlocks.Sequencer}}"}]""", parameters);
    }

    [Fact]
    public async Task Konas_object_and_the_recovery_ids_of_transactions_are_taken()
    {
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = (context, _, _, _) =>
        {
            byte[] bytes = new byte[BlockSignature.Size];
            _fixture.Signature.CopyTo(bytes);
            bytes[^1] += 27;
            return SignerServer.ResultAsync(context, $$"""{"signature":"{{new BlockSignature(bytes)}}"}""");
        };
        using RemoteBlockSigner signer = new(_fixture.Options(server));
        Assert.Equal(_fixture.Signature, await SignerFixture.SignAsync(signer));
    }

    [Fact]
    public async Task Health_is_asked_for_by_its_method()
    {
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = (context, _, _, _) => SignerServer.ResultAsync(context, "\"v1\"");
        using RemoteBlockSigner signer = new(_fixture.Options(server));
        await signer.CheckHealthAsync();
        Assert.Equal(("health_status", "[]"), (server.Calls.Single().Method, server.Calls.Single().Parameters));
        server.Answer = (context, _, _, _) => SignerServer.ResultAsync(context, "7");
        Assert.Equal(SigningError.BadAnswer, (await Assert.ThrowsAsync<SigningException>(() => signer.CheckHealthAsync().AsTask())).Error);
    }

    [Fact]
    public async Task A_signature_of_somebody_else_is_not_taken_and_not_asked_for_again()
    {
        await using SignerServer server = await _fixture.StartAsync();
        using RemoteBlockSigner signer = new(_fixture.Options(server) with { Address = Address.Parse("00000000000000000000000000000000000000aa") });
        Assert.Equal(SigningError.WrongSigner, (await SignerFixture.FailAsync(signer)).Error);
        Assert.Single(server.Calls);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no such key"}}""", 200, SigningError.Refused, "-32000: no such key")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"bad token a=b"}}""", 200, SigningError.Refused, "error -32000")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x1234"}""", 200, SigningError.BadAnswer, "something else")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""", 200, SigningError.BadAnswer, "something else")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"\ud800"}""", 200, SigningError.BadAnswer, "something else")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":123456789012345678901234567890,"message":"many digits"}}""", 200, SigningError.Refused, "error ?: many digits")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"\ud800"}}""", 200, SigningError.BadAnswer, "something else")]
    [InlineData("[1,2", 200, SigningError.BadAnswer, "something else")]
    [InlineData("null", 200, SigningError.BadAnswer, "something else")]
    [InlineData("down for maintenance", 503, SigningError.Unreachable, "HTTP 503")]
    [InlineData("", 302, SigningError.Unreachable, "HTTP 302")]
    public async Task What_is_no_signature_is_asked_for_three_times(string body, int status, SigningError error, string text)
    {
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = (context, _, _, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://192.0.2.1/";
            return context.Response.WriteAsync(body);
        };
        using RemoteBlockSigner signer = new(_fixture.Options(server) with { Headers = [new("x-token", "a=b")] });
        SigningException failure = await SignerFixture.FailAsync(signer);
        Assert.Equal((error, 3, 3L), (failure.Error, server.Calls.Count, signer.FailedAttempts));
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a=b", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(27, 29)]
    [InlineData(1, 255)]
    public async Task A_signature_that_no_key_can_have_made_is_no_answer(byte s, byte recoveryId)
    {
        await using SignerServer server = await _fixture.StartAsync();
        byte[] bytes = new byte[BlockSignature.Size];
        bytes[63] = s;
        bytes[64] = recoveryId;
        server.Answer = (context, _, _, _) => SignerServer.ResultAsync(context, $"\"{new BlockSignature(bytes)}\"");
        using RemoteBlockSigner signer = new(_fixture.Options(server));
        Assert.Equal(SigningError.BadAnswer, (await SignerFixture.FailAsync(signer)).Error);
        Assert.Equal(3, server.Calls.Count);
    }

    [Theory]
    [InlineData(false, "Basic dXNlcjpwQHNz")]
    [InlineData(true, "Bearer 42")]
    public async Task A_user_in_the_url_is_sent_as_go_does_unless_a_header_says_otherwise(bool hasHeader, string expected)
    {
        await using SignerServer server = await _fixture.StartAsync();
        Func<HttpContext, string, JsonElement, int, Task> sign = server.Answer;
        string? authorization = null;
        server.Answer = (context, method, parameters, call) =>
        {
            authorization = context.Request.Headers.Authorization;
            return sign(context, method, parameters, call);
        };
        UriBuilder url = new(server.Url) { UserName = "user", Password = "p%40ss" };
        using RemoteBlockSigner signer = new(_fixture.Options(server) with
        {
            Endpoint = url.Uri,
            Headers = hasHeader ? [new("authorization", expected)] : [],
        });
        await SignerFixture.SignAsync(signer);
        Assert.Equal(expected, authorization);
    }

    [Theory]
    [InlineData("no such project: 0123456789abcdef", false)]
    [InlineData("wrong password p@ss", false)]
    [InlineData("v3 is gone", true)]
    public async Task What_the_server_says_of_our_url_is_not_told(string text, bool isTold)
    {
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = (context, _, _, _) => context.Response.WriteAsync($$$"""{"error":{"code":-32000,"message":"{{{text}}}"}}""");
        UriBuilder url = new(server.Url) { UserName = "user", Password = "p%40ss", Path = "v3/0123456789abcdef" };
        using RemoteBlockSigner signer = new(_fixture.Options(server) with { Endpoint = url.Uri, Headers = isTold ? [new("x-empty", "")] : [] });
        SigningException failure = await SignerFixture.FailAsync(signer);
        Assert.Contains("-32000", failure.Message, StringComparison.Ordinal);
        Assert.Equal(isTold, failure.Message.Contains(text, StringComparison.Ordinal));
        Assert.DoesNotContain("0123456789abcdef", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("p@ss", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown token 0123456789abcdef", "0123456789abcdef", true)]
    [InlineData("cannot use Basic dXNlcjpwQHNz", "dXNlcjpwQHNz", false)]
    public async Task What_the_server_says_of_our_credentials_is_not_told(string text, string secret, bool hasHeader)
    {
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = (context, _, _, _) => context.Response.WriteAsync($$$"""{"error":{"code":-32000,"message":"{{{text}}}"}}""");
        UriBuilder url = new(server.Url) { UserName = "user", Password = "p%40ss" };
        using RemoteBlockSigner signer = new(_fixture.Options(server) with
        {
            Endpoint = url.Uri,
            Headers = hasHeader ? [new("authorization", "Bearer 0123456789abcdef")] : [],
        });
        SigningException failure = await SignerFixture.FailAsync(signer);
        Assert.Contains("-32000", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_third_attempt_may_succeed()
    {
        await using SignerServer server = await _fixture.StartAsync();
        Func<HttpContext, string, JsonElement, int, Task> sign = server.Answer;
        server.Answer = (context, method, parameters, call) =>
        {
            context.Response.StatusCode = call < 3 ? 500 : 200;
            return call < 3 ? Task.CompletedTask : sign(context, method, parameters, call);
        };
        using RemoteBlockSigner signer = new(_fixture.Options(server));
        await SignerFixture.SignAsync(signer);
        Assert.Equal((3, 2L), (server.Calls.Count, signer.FailedAttempts));
    }

    [Fact]
    public async Task An_endless_answer_is_cut()
    {
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = async (context, _, _, _) =>
        {
            byte[] spaces = new byte[64 << 10];
            spaces.AsSpan().Fill((byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
            }
        };
        using RemoteBlockSigner signer = new(_fixture.Options(server) with { Timeout = TimeSpan.FromMinutes(1) });
        Assert.Equal(SigningError.BadAnswer, (await SignerFixture.FailAsync(signer)).Error);
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_the_timeout_each_time()
    {
        FakeTimeProvider time = new();
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = (context, _, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        RemoteSignerOptions options = _fixture.Options(server) with { Timeout = TimeSpan.FromSeconds(2) };
        using RemoteBlockSigner signer = new(options, time);
        Task<BlockSignature> signing = signer.SignAsync(SignerFixture.Hash, SignerFixture.ChainId, CancellationToken.None).AsTask();
        foreach (TimeSpan pause in new[] { TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200), TimeSpan.Zero })
        {
            int calls = server.Calls.Count;
            await Until.TrueAsync(() => server.Calls.Count == calls + 1);
            Assert.False(signing.IsCompleted);
            time.Advance(options.Timeout);
            await Until.TrueAsync(() => signing.IsCompleted || time.ActiveTimers == 1);
            time.Advance(pause);
        }

        Assert.Equal(SigningError.Timeout, (await Assert.ThrowsAsync<SigningException>(() => signing)).Error);
        Assert.Equal(3, server.Calls.Count);
    }

    [Fact]
    public async Task A_server_that_never_shakes_hands_is_dialled_anew_by_the_next_attempt()
    {
        // An attempt given up leaves its dial to the attempts after it: without an end of its own, three would be one.
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using SignerServer server = await _fixture.StartAsync();
        using RemoteBlockSigner signer = new(_fixture.Options(server) with
        {
            Endpoint = new Uri($"https://{silent.LocalEndpoint}"),
            Timeout = TimeSpan.FromMilliseconds(300),
        });
        Assert.Equal(SigningError.Timeout, (await SignerFixture.FailAsync(signer)).Error);
        for (int dial = 1; dial <= 2; dial++)
        {
            using Socket dialled = await silent.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_failure_of_the_signer()
    {
        await using SignerServer server = await _fixture.StartAsync();
        server.Answer = (context, _, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using RemoteBlockSigner signer = new(_fixture.Options(server) with { Timeout = TimeSpan.FromMinutes(1) });
        using CancellationTokenSource stop = new();
        Task<BlockSignature> signing = signer.SignAsync(SignerFixture.Hash, SignerFixture.ChainId, stop.Token).AsTask();
        await Until.TrueAsync(() => server.Calls.Count == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signing);
        Assert.Equal(0, signer.FailedAttempts);
    }

    [Fact]
    public void Mistakes_are_named_and_secrets_are_not()
    {
        RemoteSignerOptions good = new() { Endpoint = new Uri("https://user:secret@signer.example/key"), Address = TestBlocks.Sequencer };
        Assert.DoesNotContain("secret", good.ToString(), StringComparison.Ordinal);
        foreach ((string name, RemoteSignerOptions bad) in new (string, RemoteSignerOptions)[]
        {
            ("Endpoint", good with { Endpoint = new Uri("ftp://signer") }),
            ("Endpoint", good with { Endpoint = new Uri("http://signer"), TlsCaPath = "ca.crt" }),
            ("Address", good with { Address = default }),
            ("Headers", good with { Headers = [new("x-token", "secret\r\nx: y")] }),
            ("Headers", good with { Headers = [new("x-token", "sécret")] }),
            ("Headers", good with { Headers = [new("content-type", "text/plain")] }),
            ("TlsKeyPath", good with { TlsCertificatePath = "tls.crt" }),
            ("Timeout", good with { Timeout = TimeSpan.Zero }),
        })
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => new RemoteBlockSigner(bad));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(
            SigningError.BadCertificate,
            Assert.Throws<SigningException>(() => new RemoteBlockSigner(good with { TlsCaPath = _fixture.PathOf("none") })).Error);
    }
}
