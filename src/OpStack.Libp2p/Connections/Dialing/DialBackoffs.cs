using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections.Dialing;

/// <summary>
/// Which addresses have failed and are left alone for a while, doubling from <see cref="ConnectionLimits.BackoffBase"/> to
/// <see cref="ConnectionLimits.BackoffMax"/>. An address that answered with another identity is left alone for the peer we looked for only:
/// it may well be the right one for the peer that lives there, and whoever spreads false addresses must not cut us off from it. A pure
/// core; the caller keeps its threads apart.
/// </summary>
internal sealed class DialBackoffs(ConnectionLimits limits)
{
    private readonly BoundedMap<Key, Failure> _failures = new(limits.MaxBackoffs);

    /// <summary>Addresses remembered, in back-off or not long out of it.</summary>
    public int Count => _failures.Count;

    /// <summary>Addresses in back-off now.</summary>
    public int CountActive(TimeSpan now) => _failures.All.Count(f => f.Value.Until > now);

    /// <summary>How long the address is to be left alone still; zero when it may be dialled.</summary>
    public TimeSpan RemainingOf(PeerId peer, Multiaddr address, TimeSpan now)
    {
        TimeSpan until = Max(UntilOf(new Key(address, null)), UntilOf(new Key(address, peer)));
        return until > now ? until - now : TimeSpan.Zero;
    }

    /// <summary>A dial of <paramref name="peer"/> at the address failed. What is not the address's fault changes nothing.</summary>
    public void OnFailed(PeerId peer, Multiaddr address, Libp2pError error, TimeSpan now)
    {
        if (error is Libp2pError.GateRefused or Libp2pError.LimitReached or Libp2pError.OutOfResources or Libp2pError.DialBackoff)
        {
            return;
        }

        Key key = new(address, error == Libp2pError.PeerIdMismatch ? peer : null);
        int times = _failures.TryGet(key, out Failure failure) && now - failure.Until < limits.BackoffMax ? failure.Times + 1 : 1;
        _failures.Set(key, new Failure(times, now + PauseAfter(times)));
    }

    /// <summary>The peer was reached at the address.</summary>
    public void OnSucceeded(PeerId peer, Multiaddr address)
    {
        _failures.Remove(new Key(address, null));
        _failures.Remove(new Key(address, peer));
    }

    private TimeSpan PauseAfter(int times)
    {
        // Beyond 2^40 times any base the maximum rules, and the shift cannot overflow.
        double ticks = limits.BackoffBase.Ticks * Math.Pow(2, Math.Min(times - 1, 40));
        return ticks < limits.BackoffMax.Ticks ? TimeSpan.FromTicks((long)ticks) : limits.BackoffMax;
    }

    private TimeSpan UntilOf(Key key) => _failures.TryGet(key, out Failure failure) ? failure.Until : TimeSpan.MinValue;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>An address, for one peer or for all.</summary>
    private readonly record struct Key(Multiaddr Address, PeerId? Peer);

    /// <summary>
    /// So many failures in a row, each within <see cref="ConnectionLimits.BackoffMax"/> of the end of the pause before it.
    /// </summary>
    private readonly record struct Failure(int Times, TimeSpan Until);
}
