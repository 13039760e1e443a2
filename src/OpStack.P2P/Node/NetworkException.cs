namespace OpStack.P2P;

/// <summary>What a <see cref="Network"/> could not do.</summary>
public enum NetworkError
{
    /// <summary>A payload was to be published, and the network has no signer.</summary>
    NoSigner,

    /// <summary>The signer is neither the chain's unsafe block signer nor the one before it in its grace: every peer would refuse the block.</summary>
    WrongSigner,

    /// <summary>The payload's block hash is not the hash of its fields.</summary>
    BadBlockHash,

    /// <summary>The network is stopped.</summary>
    Stopped,
}

/// <summary>A <see cref="Network"/> could not do what it was asked to.</summary>
public sealed class NetworkException : OpStackP2PException
{
    internal NetworkException(NetworkError error, string message)
        : base(message) => Error = error;

    /// <summary>Why.</summary>
    public NetworkError Error { get; }
}
