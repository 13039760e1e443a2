namespace OpStack.P2P.Signing;

/// <summary>Bounds and times of signing and of the source of the unsafe block signer.</summary>
internal static class SigningLimits
{
    /// <summary>Longest answer of a JSON-RPC server, in bytes. Own choice: a block of L1 has less without its transactions' content.</summary>
    public const int MaxAnswerSize = 1 << 20;

    /// <summary>Longest key file, in bytes. Own choice: a key has 64 digits.</summary>
    public const int MaxKeyFileSize = 1024;

    /// <summary>Longest file of certificates, in bytes. Own choice.</summary>
    public const int MaxCertificateFileSize = 1 << 20;

    /// <summary>Shortest part of a URL's path that may be a key, in characters. Own choice.</summary>
    public const int MinSecretLength = 8;

    /// <summary>Attempts to sign one block (kona signing.rs).</summary>
    public const int SignAttempts = 3;

    /// <summary>For one attempt (kona signing.rs).</summary>
    public static readonly TimeSpan SignTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Before the second attempt; doubled before the third (kona signing.rs).</summary>
    public static readonly TimeSpan SignPause = TimeSpan.FromMilliseconds(100);

    /// <summary>For health_status (op-service/signer client.go).</summary>
    public static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(3);

    /// <summary>For one call to L1 (op-node runtime_config.go).</summary>
    public static readonly TimeSpan L1Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Between two reads of the unsafe block signer (op-node --l1.runtime-config-reload-interval).</summary>
    public static readonly TimeSpan ReloadInterval = TimeSpan.FromMinutes(10);
}
