using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// Where the chain says who may sign its unsafe blocks. A network reads it at the start, every 10 s until that succeeds once, and then at
/// <see cref="ReloadInterval"/>; a read that fails is reported and changes nothing.
/// </summary>
public interface IUnsafeBlockSignerSource
{
    /// <summary>
    /// Between two reads: 10 ms to a day, or infinite for one read that succeeds. Default 10 min (op-node
    /// --l1.runtime-config-reload-interval).
    /// </summary>
    TimeSpan ReloadInterval => Signing.SigningLimits.ReloadInterval;

    /// <summary>The signer now. What it throws is logged, so it must name no secrets.</summary>
    ValueTask<Address> ReadAsync(CancellationToken cancellationToken);
}
