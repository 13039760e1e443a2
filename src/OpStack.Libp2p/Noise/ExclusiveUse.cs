namespace OpStack.Libp2p.Noise;

/// <summary>
/// One operation at a time on something that may be closed meanwhile. Whoever is last, operation or closer, is told to release it, so
/// that no pooled array goes back while a read still fills it.
/// </summary>
internal struct ExclusiveUse
{
    private const int Free = 0;
    private const int Busy = 1;
    private const int Closed = 2;
    private int _state;

    /// <summary>False when closed. A second operation beside the first is the caller's mistake and throws.</summary>
    public bool TryEnter()
    {
        int was = Interlocked.CompareExchange(ref _state, Busy, Free);
        return was != Busy ? was == Free : throw new InvalidOperationException("A stream takes one reader and one writer at a time");
    }

    /// <summary>Ends an operation; true when it was closed meanwhile and the caller must release.</summary>
    public bool Leave() => Interlocked.CompareExchange(ref _state, Free, Busy) == Closed;

    /// <summary>Lets no further operation in; true when none is running and the caller must release. Idempotent.</summary>
    public bool Close() => Interlocked.Exchange(ref _state, Closed) == Free;
}
