using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Signing;

/// <summary>What the tests of the remote signer begin with: two authorities, the sequencer's key and a directory of files of TLS.</summary>
internal sealed class SignerFixture : IDisposable
{
    public const ulong ChainId = 10;
    public static readonly PayloadHash Hash = PayloadHash.Compute("a block"u8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("signer");

    public TestAuthority Authority { get; } = new("Ours");

    /// <summary>Another one that goes by the same name.</summary>
    public TestAuthority Stranger { get; } = new("Ours");

    public Secp256k1PrivateKey Key { get; } = TestBlocks.NewSequencerKey();

    /// <summary>What is to come of it all.</summary>
    public BlockSignature Signature => BlockSignature.Sign(Hash.SigningHash(ChainId), Key);

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose()
    {
        Authority.Dispose();
        Stranger.Dispose();
        Key.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>A server that signs, and wants a client certificate of <see cref="Authority"/>.</summary>
    public async Task<SignerServer> StartAsync()
    {
        SignerServer server = await SignerServer.StartAsync(Authority.Issue("server"), Authority.Certificate);
        server.Answer = (context, method, _, _) => SignerServer.ResultAsync(context, method == "health_status" ? "\"v1\"" : $"\"{Signature}\"");
        return server;
    }

    /// <summary>Options for it, and the files they name.</summary>
    public RemoteSignerOptions Options(SignerServer server)
    {
        RemoteSignerOptions options = new()
        {
            Endpoint = server.Url,
            Address = TestBlocks.Sequencer,
            Timeout = TimeSpan.FromMinutes(1), // The machine may be slow; where time counts a test has its own.
            TlsCaPath = PathOf("ca.crt"),
            TlsCertificatePath = PathOf("tls.crt"),
            TlsKeyPath = PathOf("tls.key"),
        };
        File.WriteAllText(options.TlsCaPath, Authority.Certificate.ExportCertificatePem());
        Authority.IssueTo(options.TlsCertificatePath, options.TlsKeyPath, "client");
        return options;
    }

    public static Task<BlockSignature> SignAsync(RemoteBlockSigner signer) =>
        signer.SignAsync(Hash, ChainId, CancellationToken.None).AsTask().WaitAsync(Patience);

    public static Task<SigningException> FailAsync(RemoteBlockSigner signer) => Assert.ThrowsAsync<SigningException>(() => SignAsync(signer));
}
