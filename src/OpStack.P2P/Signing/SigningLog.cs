using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Signing;

/// <summary>Log lines of signing: event ids 2800 to 2899. None holds a key, a header or a whole URL.</summary>
internal static partial class SigningLog
{
    [LoggerMessage(2800, LogLevel.Information, "The remote signer at {Host} answers: version {Version}")]
    public static partial void Healthy(this ILogger logger, string host, string version);

    [LoggerMessage(2801, LogLevel.Debug, "Attempt {Attempt} of {Attempts} to sign failed: {Reason}")]
    public static partial void AttemptFailed(this ILogger logger, int attempt, int attempts, string reason);

    [LoggerMessage(2802, LogLevel.Information, "The certificates for the remote signer at {Host} were read again")]
    public static partial void CertificatesReloaded(this ILogger logger, string host);

    [LoggerMessage(2803, LogLevel.Warning, "The changed certificates for the remote signer cannot be used; those from before stay in use")]
    public static partial void CertificatesNotReloaded(this ILogger logger, Exception exception);
}
