using OpStack.P2P.Gossip;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// Who may sign unsafe blocks: the current signer and, for a while after a change, the one before it (op-node runtime_config.go).
/// Safe for use from any thread: the state is one immutable snapshot, replaced whole.
/// </summary>
public sealed class UnsafeBlockSigners
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _gracePeriod;
    private UnsafeBlockSignerSnapshot _snapshot;

    /// <summary>Creates the state.</summary>
    /// <param name="current">The first signer; the zero address when there is none yet.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <param name="gracePeriod">How long a replaced signer stays valid; null for op-node's 3 hours. Zero switches the grace off.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative grace period.</exception>
    public UnsafeBlockSigners(Address current = default, TimeProvider? clock = null, TimeSpan? gracePeriod = null)
    {
        _clock = clock ?? TimeProvider.System;
        _gracePeriod = gracePeriod ?? GossipLimits.SignerGracePeriod;
        ArgumentOutOfRangeException.ThrowIfLessThan(_gracePeriod, TimeSpan.Zero, nameof(gracePeriod));
        _snapshot = new UnsafeBlockSignerSnapshot(current, null);
    }

    /// <summary>
    /// The current signer, the zero address for none. Setting another address lets the one before it stay valid for the grace period; of
    /// several changes in a row only the last replaced one does. The first signer begins no grace, and setting the same address changes
    /// nothing.
    /// </summary>
    public Address Current
    {
        get => Volatile.Read(ref _snapshot).Current;
        set => Replace(value);
    }

    /// <summary>The replaced signer that is still valid, if any.</summary>
    public Address? Previous => Snapshot().Previous is { } previous ? previous.Signer : null;

    /// <summary>Both signers as of now: one block is judged by one snapshot.</summary>
    internal UnsafeBlockSignerSnapshot Snapshot()
    {
        UnsafeBlockSignerSnapshot snapshot = Volatile.Read(ref _snapshot);
        bool isOver = snapshot.Previous is { } previous && _clock.GetElapsedTime(previous.ReplacedAt) >= _gracePeriod;
        return isOver ? snapshot with { Previous = null } : snapshot;
    }

    /// <summary>
    /// Sets the signer that the chain itself names first. What was taken for it until then was a guess, as old as the program, and not a signer
    /// that was replaced: it gets no grace (op-node has none before its first load).
    /// </summary>
    internal void Learn(Address signer)
    {
        if (Current != signer)
        {
            Volatile.Write(ref _snapshot, new UnsafeBlockSignerSnapshot(signer, null));
        }
    }

    /// <summary>
    /// A block signed by <paramref name="signer"/> was seen. If that is the current signer, the rotation is complete and the previous one
    /// is no longer valid.
    /// </summary>
    internal void Confirm(Address signer)
    {
        UnsafeBlockSignerSnapshot snapshot = Volatile.Read(ref _snapshot);
        if (snapshot.Previous is not null && snapshot.Current == signer)
        {
            // Lost to a rotation that came between: then the signer seen is no longer the current one, and confirms nothing.
            Interlocked.CompareExchange(ref _snapshot, snapshot with { Previous = null }, snapshot);
        }
    }

    private void Replace(Address signer)
    {
        while (true)
        {
            UnsafeBlockSignerSnapshot snapshot = Volatile.Read(ref _snapshot);
            if (snapshot.Current == signer)
            {
                return;
            }

            ReplacedSigner? previous = snapshot.Current.IsZero
                ? snapshot.Previous
                : new ReplacedSigner(snapshot.Current, _clock.GetTimestamp());
            if (ReferenceEquals(Interlocked.CompareExchange(ref _snapshot, new UnsafeBlockSignerSnapshot(signer, previous), snapshot), snapshot))
            {
                return;
            }
        }
    }
}
