namespace OpStack.Discv5;

/// <summary>Why an operation of the discovery service failed.</summary>
public enum Discv5Error
{
    /// <summary>The peer did not answer in time, retries included.</summary>
    Timeout,
    /// <summary>The peer answered with something its request does not allow.</summary>
    InvalidResponse,
    /// <summary>A bound on pending requests was reached.</summary>
    LimitReached,
    /// <summary>The peer, or its address, is banned or outside the allowed networks.</summary>
    Forbidden,
    /// <summary>The contact has no UDP address we can send to.</summary>
    NoAddress,
    /// <summary>A UDP address cannot be bound.</summary>
    ListenFailed,
    /// <summary>The service ended before the answer came.</summary>
    Stopped,
}

/// <summary>The one exception of this assembly; <see cref="Error"/> tells the reason. Cancellation by the caller is <see cref="OperationCanceledException"/> instead.</summary>
public sealed class Discv5Exception : Exception
{
    /// <summary>Creates the exception.</summary>
    public Discv5Exception(Discv5Error error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>The reason.</summary>
    public Discv5Error Error { get; }
}
