using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Signing;

/// <summary>The remote signer against a real HTTPS server that wants client certificates.</summary>
public sealed class RemoteBlockSignerTests : IDisposable
{
    private const ulong ChainId = 10;
    private static readonly PayloadHash Hash = PayloadHash.Compute("a block"u8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("signer");
    private readonly TestAuthority _authority = new("Ours");
    private readonly TestAuthority _stranger = new("Stranger");
    private readonly Secp256k1PrivateKey _key = TestBlocks.NewSequencerKey();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _key.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_block_is_signed_over_mutual_tls_with_the_arguments_op_node_sends()
    {
        await using SignerServer server = await StartAsync();
        using RemoteBlockSigner signer = new(Options(server) with { Headers = [new("x-token", "a=b")] });
        BlockSignature signature = await signer.SignAsync(Hash, ChainId, CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.Equal(BlockSignature.Sign(Hash.SigningHash(ChainId), _key), signature);
        (string method, string parameters, string? client, string? token) = Assert.Single(server.Calls);
        Assert.Equal(("opsigner_signBlockPayload", "CN=client", "a=b"), (method, client, token));
        string zeros = string.Join(',', Enumerable.Repeat("0", 32));
        string hash = Convert.ToBase64String(Hash.Value.AsSpan());
        Assert.Equal($$"""[{"domain":[{{zeros}}],"chainId":10,"payloadHash":"{{hash}}","senderAddress":"{{TestBlocks.Sequencer}}"}]""", parameters);
    }

    [Fact]
    public async Task Konas_object_and_the_recovery_ids_of_transactions_are_taken()
    {
        await using SignerServer server = await StartAsync();
        server.Answer = (context, _, _, _) =>
        {
            byte[] bytes = new byte[BlockSignature.Size];
            BlockSignature.Sign(Hash.SigningHash(ChainId), _key).CopyTo(bytes);
            bytes[^1] += 27;
            return SignerServer.ResultAsync(context, $$"""{"signature":"{{new BlockSignature(bytes)}}"}""");
        };
        using RemoteBlockSigner signer = new(Options(server));
        Assert.Equal(BlockSignature.Sign(Hash.SigningHash(ChainId), _key), await signer.SignAsync(Hash, ChainId, CancellationToken.None));
    }

    [Fact]
    public async Task Health_is_asked_for_by_its_method()
    {
        await using SignerServer server = await StartAsync();
        server.Answer = (context, _, _, _) => SignerServer.ResultAsync(context, "\"v1\"");
        using RemoteBlockSigner signer = new(Options(server));
        await signer.CheckHealthAsync();
        Assert.Equal(("health_status", "[]"), (server.Calls.Single().Method, server.Calls.Single().Parameters));
        server.Answer = (context, _, _, _) => SignerServer.ResultAsync(context, "7");
        Assert.Equal(SigningError.BadAnswer, (await Assert.ThrowsAsync<SigningException>(() => signer.CheckHealthAsync().AsTask())).Error);
    }

    [Fact]
    public async Task A_certificate_swapped_on_the_disk_is_picked_up_and_a_broken_one_leaves_the_old_in_use()
    {
        await using SignerServer server = await StartAsync();
        RemoteSignerOptions options = Options(server);
        using RemoteBlockSigner signer = new(options);
        await signer.SignAsync(Hash, ChainId, CancellationToken.None);

        File.WriteAllText(options.TlsCertificatePath!, "half a certificate");
        await signer.SignAsync(Hash, ChainId, CancellationToken.None);
        _authority.IssueTo(options.TlsCertificatePath!, options.TlsKeyPath!, "client of tomorrow");
        await signer.SignAsync(Hash, ChainId, CancellationToken.None);
        Assert.Equal(["CN=client", "CN=client", "CN=client of tomorrow"], server.Calls.Select(call => call.Client));
    }

    [Fact]
    public async Task A_client_certificate_of_another_authority_is_refused_by_the_server()
    {
        await using SignerServer server = await StartAsync();
        RemoteSignerOptions options = Options(server);
        _stranger.IssueTo(options.TlsCertificatePath!, options.TlsKeyPath!, "client");
        using RemoteBlockSigner signer = new(options);
        Assert.Equal(SigningError.Unreachable, (await FailAsync(signer)).Error);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task A_server_certificate_of_another_authority_is_not_spoken_to()
    {
        await using SignerServer server = await SignerServer.StartAsync(_stranger.Issue("server"), _authority.Certificate);
        using RemoteBlockSigner signer = new(Options(server));
        Assert.Equal(SigningError.Unreachable, (await FailAsync(signer)).Error);
        Assert.Equal(3, signer.FailedAttempts);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task A_signature_of_somebody_else_is_not_taken_and_not_asked_for_again()
    {
        await using SignerServer server = await StartAsync();
        using RemoteBlockSigner signer = new(Options(server) with { Address = Address.Parse("00000000000000000000000000000000000000aa") });
        Assert.Equal(SigningError.WrongSigner, (await FailAsync(signer)).Error);
        Assert.Single(server.Calls);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no such key"}}""", 200, SigningError.Refused, "-32000: no such key")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"bad token a=b"}}""", 200, SigningError.Refused, "error -32000")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x1234"}""", 200, SigningError.BadAnswer, "something else")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""", 200, SigningError.BadAnswer, "something else")]
    [InlineData("[1,2", 200, SigningError.BadAnswer, "something else")]
    [InlineData("down for maintenance", 503, SigningError.Unreachable, "HTTP 503")]
    [InlineData("", 302, SigningError.Unreachable, "HTTP 302")]
    public async Task What_is_no_signature_is_asked_for_three_times(string body, int status, SigningError error, string text)
    {
        await using SignerServer server = await StartAsync();
        server.Answer = (context, _, _, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://192.0.2.1/";
            return context.Response.WriteAsync(body);
        };
        using RemoteBlockSigner signer = new(Options(server) with { Headers = [new("x-token", "a=b")] });
        SigningException failure = await FailAsync(signer);
        Assert.Equal((error, 3, 3L), (failure.Error, server.Calls.Count, signer.FailedAttempts));
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a=b", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_third_attempt_may_succeed()
    {
        await using SignerServer server = await StartAsync();
        Func<HttpContext, string, JsonElement, int, Task> sign = server.Answer;
        server.Answer = (context, method, parameters, call) =>
        {
            context.Response.StatusCode = call < 3 ? 500 : 200;
            return call < 3 ? Task.CompletedTask : sign(context, method, parameters, call);
        };
        using RemoteBlockSigner signer = new(Options(server));
        await signer.SignAsync(Hash, ChainId, CancellationToken.None);
        Assert.Equal((3, 2L), (server.Calls.Count, signer.FailedAttempts));
    }

    [Fact]
    public async Task An_endless_answer_is_cut()
    {
        await using SignerServer server = await StartAsync();
        server.Answer = async (context, _, _, _) =>
        {
            byte[] spaces = new byte[64 << 10];
            spaces.AsSpan().Fill((byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
            }
        };
        using RemoteBlockSigner signer = new(Options(server) with { Timeout = TimeSpan.FromMinutes(1) });
        Assert.Equal(SigningError.BadAnswer, (await FailAsync(signer)).Error);
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_the_timeout_each_time()
    {
        FakeTimeProvider time = new();
        await using SignerServer server = await StartAsync();
        server.Answer = (context, _, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        RemoteSignerOptions options = Options(server) with { Timeout = TimeSpan.FromSeconds(2) };
        using RemoteBlockSigner signer = new(options, time);
        Task<BlockSignature> signing = signer.SignAsync(Hash, ChainId, CancellationToken.None).AsTask();
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
    public async Task The_callers_cancellation_is_no_failure_of_the_signer()
    {
        await using SignerServer server = await StartAsync();
        server.Answer = (context, _, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using RemoteBlockSigner signer = new(Options(server) with { Timeout = TimeSpan.FromMinutes(1) });
        using CancellationTokenSource stop = new();
        Task<BlockSignature> signing = signer.SignAsync(Hash, ChainId, stop.Token).AsTask();
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
            Assert.Throws<SigningException>(() => new RemoteBlockSigner(good with { TlsCaPath = Path.Combine(_directory.FullName, "none") })).Error);
    }

    private async Task<SignerServer> StartAsync()
    {
        SignerServer server = await SignerServer.StartAsync(_authority.Issue("server"), _authority.Certificate);
        server.Answer = (context, method, _, _) => SignerServer.ResultAsync(
            context, method == "health_status" ? "\"v1\"" : $"\"{BlockSignature.Sign(Hash.SigningHash(ChainId), _key)}\"");
        return server;
    }

    private RemoteSignerOptions Options(SignerServer server)
    {
        RemoteSignerOptions options = new()
        {
            Endpoint = server.Url,
            Address = TestBlocks.Sequencer,
            Timeout = TimeSpan.FromMinutes(1), // The machine may be slow; where time counts a test has its own.
            TlsCaPath = Path.Combine(_directory.FullName, "ca.crt"),
            TlsCertificatePath = Path.Combine(_directory.FullName, "tls.crt"),
            TlsKeyPath = Path.Combine(_directory.FullName, "tls.key"),
        };
        File.WriteAllText(options.TlsCaPath, _authority.Certificate.ExportCertificatePem());
        _authority.IssueTo(options.TlsCertificatePath, options.TlsKeyPath, "client");
        return options;
    }

    private static Task<SigningException> FailAsync(RemoteBlockSigner signer) =>
        Assert.ThrowsAsync<SigningException>(() => signer.SignAsync(Hash, ChainId, CancellationToken.None).AsTask().WaitAsync(Patience));
}
