using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Win32.SafeHandles;

namespace OpStack.P2P.Signing;

/// <summary>
/// The certificates of a remote signer's connection, as they are on the disk: who changes a file is followed at the next call. Files that
/// cannot be used in the middle of such a change leave the ones from before in use.
/// </summary>
internal sealed class TlsFiles(RemoteSignerOptions options)
{
    private readonly string[] _paths = [.. new[] { options.TlsCaPath, options.TlsCertificatePath, options.TlsKeyPath }.OfType<string>()];
    private string? _stamp;

    /// <summary>Whether the files are others than those of the last <see cref="CreateHandler"/>.</summary>
    public bool HaveChanged => _stamp is not null && Stamp() != _stamp;

    /// <summary>A handler with the certificates on the disk now. Throws <see cref="SigningException"/> (BadCertificate).</summary>
    public SocketsHttpHandler CreateHandler()
    {
        string stamp = Stamp();
        SocketsHttpHandler handler = new();
        try
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                // op-service/signer client.go: TLS 1.3 at least where there are files, and what the system takes where there are none.
                EnabledSslProtocols = _paths.Length > 0 ? SslProtocols.Tls13 : SslProtocols.None,
                ClientCertificateContext = LoadCertificate(),
                CertificateChainPolicy = LoadPolicy(),
            };
        }
        catch (Exception e) when (IsFault(e) || e is CryptographicException or ArgumentException)
        {
            handler.Dispose();
            throw new SigningException(SigningError.BadCertificate, $"The certificates of the remote signer cannot be used: {e.Message}", e);
        }

        _stamp = stamp;
        return handler;
    }

    private SslStreamCertificateContext? LoadCertificate()
    {
        if (options.TlsCertificatePath is not { } path)
        {
            return null;
        }

        X509Certificate2Collection chain = [];
        chain.ImportFromPem(ReadPem(path));
        if (chain.Count == 0)
        {
            throw new CryptographicException($"{path} holds no certificate.");
        }

        using X509Certificate2 own = chain[0];
        chain.RemoveAt(0);
        char[] key = ReadPem(options.TlsKeyPath!);
        try
        {
            X509Certificate2 pair = X509Certificate2.CreateFromPem(own.ExportCertificatePem(), key);
            return SslStreamCertificateContext.Create(pair, chain, offline: true);
        }
        finally
        {
            Array.Clear(key);
        }
    }

    private X509ChainPolicy? LoadPolicy()
    {
        if (options.TlsCaPath is not { } path)
        {
            return null;
        }

        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.ImportFromPem(ReadPem(path));
        return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException($"{path} holds no certificate.");
    }

    private static char[] ReadPem(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length > SigningLimits.MaxCertificateFileSize)
        {
            throw new IOException($"{path} is larger than {SigningLimits.MaxCertificateFileSize} bytes.");
        }

        byte[] bytes = new byte[(int)file.Length];
        file.ReadExactly(bytes);
        char[] text = Array.ConvertAll(bytes, b => (char)b);
        Array.Clear(bytes);
        return text;
    }

    private string Stamp() => string.Join('|', _paths.Select(StampOf));

    /// <summary>
    /// When a file was written and how long it is, asked of the open file: where secrets are mounted, as by Kubernetes, its name is a link that
    /// stays as it is when others take the files' place (op-service/tls certman.go). A file that is missing is a change as well.
    /// </summary>
    private static string StampOf(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            return $"{File.GetLastWriteTimeUtc(file).Ticks}:{RandomAccess.GetLength(file)}";
        }
        catch (Exception e) when (IsFault(e))
        {
            return "-";
        }
    }

    private static bool IsFault(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;
}
