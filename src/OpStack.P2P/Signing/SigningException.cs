namespace OpStack.P2P;

/// <summary>What went wrong with a key file, a remote signer or the source of the unsafe block signer.</summary>
public enum SigningError
{
    /// <summary>The server could not be reached, its certificate is not trusted, ours was refused, or it answered with a failure of HTTP.</summary>
    Unreachable,

    /// <summary>The server did not answer in time.</summary>
    Timeout,

    /// <summary>The server answered with an error of JSON-RPC.</summary>
    Refused,

    /// <summary>What the server answered is not what was asked for, or too much.</summary>
    BadAnswer,

    /// <summary>The signature is well-formed, and somebody else's.</summary>
    WrongSigner,

    /// <summary>A certificate or key file of TLS cannot be used.</summary>
    BadCertificate,

    /// <summary>A key file cannot be used.</summary>
    BadKeyFile,
}

/// <summary>Signing, or learning who may sign, failed. The message names no secrets: no key, no header, no user in a URL.</summary>
public sealed class SigningException : OpStackP2PException
{
    internal SigningException(SigningError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>Why.</summary>
    public SigningError Error { get; }
}
