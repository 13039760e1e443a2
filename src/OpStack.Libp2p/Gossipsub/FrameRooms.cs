namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Room for the frames of all peers, apart for ordinary and for large ones. Large frames are few in honest traffic, and of ordinary ones all peers together
/// can never fill the room: so nobody delays a block of ordinary length by sending long frames at the slowest pace allowed, which costs no score.
/// </summary>
internal sealed class FrameRooms(TimeProvider time) : IDisposable
{
    private readonly IngestBudget _ordinary = new(RpcLimits.OrdinaryFramesInFlight, RpcLimits.FrameGrace, time);
    private readonly IngestBudget _large = new(RpcLimits.LargeFramesInFlight, RpcLimits.FrameGrace, time);

    /// <summary>Bytes held now.</summary>
    public long InUse => _ordinary.InUse + _large.InUse;

    /// <summary>Takes room for a frame of so many bytes, at most <see cref="RpcLimits.MaxRpc"/>, waiting for it if need be.</summary>
    public ValueTask<IngestBudget.Lease> AcquireAsync(int bytes, CancellationToken cancellationToken) =>
        (bytes <= RpcLimits.OrdinaryFrame ? _ordinary : _large).AcquireAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ordinary.Dispose();
        _large.Dispose();
    }
}
