using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Signing;

/// <summary>Who shows which certificate to whom, and files of certificates that change.</summary>
public sealed class RemoteBlockSignerTlsTests : IDisposable
{
    private const int Reloaded = 2802;
    private const int NotReloaded = 2803;

    private readonly SignerFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_certificate_swapped_on_the_disk_is_picked_up_and_a_broken_one_leaves_the_old_in_use()
    {
        await using SignerServer server = await _fixture.StartAsync();
        RemoteSignerOptions options = _fixture.Options(server);
        LogRecorder log = new();
        using RemoteBlockSigner signer = new(options, logger: new Logger<RemoteBlockSigner>(log));
        await SignerFixture.SignAsync(signer);

        File.WriteAllText(options.TlsCertificatePath!, "half a certificate");
        await SignerFixture.SignAsync(signer);
        await SignerFixture.SignAsync(signer);
        Assert.Single(log.Of(NotReloaded)); // Tried at every call, told once.
        Assert.Empty(log.Of(Reloaded));
        _fixture.Authority.IssueTo(options.TlsCertificatePath!, options.TlsKeyPath!, "client of tomorrow");
        await SignerFixture.SignAsync(signer);
        Assert.Single(log.Of(Reloaded));
        Assert.Equal(["CN=client", "CN=client", "CN=client", "CN=client of tomorrow"], server.Calls.Select(call => call.Client));
    }

    [Fact]
    public async Task Certificates_mounted_as_links_are_followed_when_others_take_their_place()
    {
        // As Kubernetes mounts a secret: tls.crt leads to ..data/tls.crt, ..data to a directory of the day, and only ..data is ever replaced.
        await using SignerServer server = await _fixture.StartAsync();
        RemoteSignerOptions options = _fixture.Options(server);
        Mount("client of today");
        RemoteSignerOptions mounted = options with { TlsCertificatePath = Link("tls.crt"), TlsKeyPath = Link("tls.key") };
        using RemoteBlockSigner signer = new(mounted);
        await SignerFixture.SignAsync(signer);
        Mount("client of tomorrow");
        await SignerFixture.SignAsync(signer);
        Assert.Equal(["CN=client of today", "CN=client of tomorrow"], server.Calls.Select(call => call.Client));

        void Mount(string client)
        {
            string directory = Directory.CreateDirectory(_fixture.PathOf(client)).FullName;
            _fixture.Authority.IssueTo(Path.Combine(directory, "tls.crt"), Path.Combine(directory, "tls.key"), client);
            string data = _fixture.PathOf("..data");
            File.Delete(data);
            Directory.CreateSymbolicLink(data, directory);
        }

        string Link(string name) => File.CreateSymbolicLink(_fixture.PathOf("link to " + name), Path.Combine(_fixture.PathOf("..data"), name)).FullName;
    }

    [Fact]
    public async Task An_authority_swapped_on_the_disk_is_picked_up()
    {
        await using SignerServer old = await _fixture.StartAsync();
        RemoteSignerOptions options = _fixture.Options(old);
        await using SignerServer server = await SignerServer.StartAsync(_fixture.Stranger.Issue("server"), _fixture.Authority.Certificate);
        server.Answer = old.Answer;
        using RemoteBlockSigner signer = new(options with { Endpoint = server.Url });
        Assert.Equal(SigningError.Unreachable, (await SignerFixture.FailAsync(signer)).Error);
        File.WriteAllText(options.TlsCaPath!, _fixture.Stranger.Certificate.ExportCertificatePem());
        Assert.Equal(_fixture.Signature, await SignerFixture.SignAsync(signer));
    }

    [Fact]
    public async Task A_client_certificate_of_another_authority_of_the_same_name_is_refused_by_the_server()
    {
        await using SignerServer server = await _fixture.StartAsync();
        RemoteSignerOptions options = _fixture.Options(server);
        _fixture.Stranger.IssueTo(options.TlsCertificatePath!, options.TlsKeyPath!, "client");
        using RemoteBlockSigner signer = new(options);
        Assert.Equal(SigningError.Unreachable, (await SignerFixture.FailAsync(signer)).Error);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task A_server_certificate_of_another_authority_of_the_same_name_is_not_spoken_to()
    {
        await using SignerServer server = await SignerServer.StartAsync(_fixture.Stranger.Issue("server"), _fixture.Authority.Certificate);
        using RemoteBlockSigner signer = new(_fixture.Options(server));
        Assert.Equal(SigningError.Unreachable, (await SignerFixture.FailAsync(signer)).Error);
        Assert.Equal(3, signer.FailedAttempts);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task Without_a_client_certificate_the_server_refuses_us()
    {
        await using SignerServer server = await _fixture.StartAsync();
        using RemoteBlockSigner signer = new(_fixture.Options(server) with { TlsCertificatePath = null, TlsKeyPath = null });
        Assert.Equal(SigningError.Unreachable, (await SignerFixture.FailAsync(signer)).Error);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_not_spoken_to()
    {
        await using SignerServer server = await SignerServer.StartAsync(_fixture.Authority.Issue("server", "signer.example"), _fixture.Authority.Certificate);
        using RemoteBlockSigner signer = new(_fixture.Options(server));
        Assert.Equal(SigningError.Unreachable, (await SignerFixture.FailAsync(signer)).Error);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task A_server_below_tls_1_3_is_not_spoken_to()
    {
        await using SignerServer server = await SignerServer.StartAsync(
            _fixture.Authority.Issue("server"), _fixture.Authority.Certificate, SslProtocols.Tls12);
        using RemoteBlockSigner signer = new(_fixture.Options(server));
        Assert.Equal(SigningError.Unreachable, (await SignerFixture.FailAsync(signer)).Error);
        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData("tls.crt", "no certificate")]
    [InlineData("tls.key", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")]
    [InlineData("ca.crt", "")]
    public async Task Files_that_cannot_be_used_at_the_start_are_a_mistake_of_the_hosts(string name, string content)
    {
        await using SignerServer server = await _fixture.StartAsync();
        RemoteSignerOptions options = _fixture.Options(server);
        File.WriteAllText(_fixture.PathOf(name), content);
        SigningException error = Assert.Throws<SigningException>(() => new RemoteBlockSigner(options));
        Assert.Equal(SigningError.BadCertificate, error.Error);
        Assert.DoesNotContain("c2VjcmV0", error.ToString(), StringComparison.Ordinal);
    }
}
