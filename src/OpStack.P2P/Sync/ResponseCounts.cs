using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Sync;

/// <summary>How a peer answered, counted with decay. Times are whole block times; pure, one owner.</summary>
internal sealed class ResponseCounts(long slot)
{
    // op-node app_params.go.
    private const double ValidCap = 10;
    private const double ErrorCap = 9;
    private const double RejectedCap = 20;
    private const double DecayToZero = 0.01;

    // 0.01^(1/60): ten epochs of six slots.
    private static readonly double Decay = Math.Pow(DecayToZero, 1.0 / 60);

    private long _slot = slot;
    private bool _isConnected = true;

    /// <summary>Those of a peer that is not connected, from before a restart: whatever they were, within the caps.</summary>
    public static ResponseCounts Restored(StoredResponses stored, long forgottenAt) => new(forgottenAt - SyncLimits.ScoreRetentionSlots)
    {
        _isConnected = false,
        Valid = Math.Clamp(stored.Valid, 0, ValidCap),
        Errors = Math.Clamp(stored.Errors, 0, ErrorCap),
        Rejected = Math.Clamp(stored.Rejected, 0, RejectedCap),
    };

    public double Valid { get; private set; }

    public double Errors { get; private set; }

    public double Rejected { get; private set; }

    public void AddValid() => Valid = Math.Min(Valid + 1, ValidCap);

    public void AddError() => Errors = Math.Min(Errors + 1, ErrorCap);

    public void AddRejected() => Rejected = Math.Min(Rejected + 1, RejectedCap);

    /// <summary>Applies what has decayed, or drops everything that is of a peer gone for too long.</summary>
    public void DecayTo(long slot)
    {
        long passed = slot - _slot;
        if (_isConnected)
        {
            double left = Math.Pow(Decay, passed);
            (Valid, Errors, Rejected) = (Left(Valid, left), Left(Errors, left), Left(Rejected, left));
            _slot = slot;
        }
        else if (passed >= SyncLimits.ScoreRetentionSlots)
        {
            Valid = Errors = Rejected = 0;
        }
    }

    /// <summary>The peer has come or gone.</summary>
    public void Move(long slot, bool connected)
    {
        DecayTo(slot);
        (_slot, _isConnected) = (slot, connected);
    }

    private static double Left(double count, double left) => count * left < DecayToZero ? 0 : count * left;
}
