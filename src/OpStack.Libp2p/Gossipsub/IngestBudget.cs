namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Bytes that may be held at one time, shared by all peers. Who does not fit waits in order of arrival, so that a peer with large frames cannot
/// be starved by many with small ones. A holder whose frame does not keep pace while others wait gets told to give up (<see cref="Lease.Revoked"/>):
/// without that a few peers that announce a large frame, which takes four bytes, and stall would stop all others.
/// </summary>
internal sealed class IngestBudget : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly LinkedList<Lease> _held = [];
    private readonly TimeProvider _time;
    private readonly TimeSpan _grace;
    private readonly ITimer _reclaim;
    private long _available;

    /// <param name="capacity">Bytes in all.</param>
    /// <param name="grace">How long a frame may take to arrive, after <see cref="RpcLimits.FrameStart"/>: half of it must be there after half of this.</param>
    /// <param name="time">The clock of the grace.</param>
    public IngestBudget(long capacity, TimeSpan grace, TimeProvider time)
    {
        Capacity = capacity;
        _available = capacity;
        _grace = grace;
        _time = time;
        _reclaim = time.CreateTimer(_ => Reclaim(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Bytes in all.</summary>
    public long Capacity { get; }

    /// <summary>Bytes held now.</summary>
    public long InUse
    {
        get
        {
            lock (_gate)
            {
                return Capacity - _available;
            }
        }
    }

    /// <summary>Takes <paramref name="bytes"/> (at most <see cref="Capacity"/>), waiting for them if need be. Disposing the lease gives them back.</summary>
    public async ValueTask<Lease> AcquireAsync(int bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Capacity);
        Waiter waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && bytes <= _available)
            {
                return Grant(bytes);
            }

            waiter = new Waiter(bytes);
            waiter.Node = _waiting.AddLast(waiter);
            _reclaim.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        using CancellationTokenRegistration registration = cancellationToken.Register(() => Cancel(waiter, cancellationToken));
        return await waiter.Granted.Task.ConfigureAwait(false);
    }

    /// <summary>Stops revoking. Leases still held may be given back later.</summary>
    public void Dispose() => _reclaim.Dispose();

    private Lease Grant(int bytes)
    {
        _available -= bytes;
        Lease lease = new(this, bytes, _time.GetTimestamp());
        lease.Node = _held.AddLast(lease);
        return lease;
    }

    private void GiveBack(Lease lease)
    {
        lock (_gate)
        {
            _held.Remove(lease.Node!);
            _available += lease.Bytes;
            GrantWaiting();
        }
    }

    private void GrantWaiting()
    {
        while (_waiting.First is { Value: { } next } && next.Bytes <= _available)
        {
            _waiting.RemoveFirst();
            next.Granted.SetResult(Grant(next.Bytes));
        }
    }

    private void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (waiter.Node!.List is not null)
            {
                _waiting.Remove(waiter.Node);
                waiter.Granted.SetCanceled(cancellationToken);
                GrantWaiting();
            }
        }
    }

    /// <summary>Runs for as long as someone waits. Revokes the oldest of the slow holders, as many as who waits first needs.</summary>
    private void Reclaim()
    {
        List<Lease> late = [];
        lock (_gate)
        {
            if (_waiting.First is not { Value: { } first })
            {
                return;
            }

            long missing = first.Bytes - _available;
            foreach (Lease lease in _held.TakeWhile(_ => missing > 0))
            {
                if (lease.IsLate(_time.GetElapsedTime(lease.Since), _grace))
                {
                    late.Add(lease);
                    missing -= lease.Bytes;
                }
            }

            _reclaim.Change(RpcLimits.FrameCheck, Timeout.InfiniteTimeSpan);
        }

        // Outside the lock: what waits on the token runs here.
        late.ForEach(lease => lease.Revoke());
    }

    private sealed class Waiter(int bytes)
    {
        public int Bytes => bytes;

        public TaskCompletionSource<Lease> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }
    }

    /// <summary>Bytes taken from the budget; disposed once by whoever owns the memory they stand for.</summary>
    internal sealed class Lease(IngestBudget owner, int bytes, long since) : IDisposable
    {
        private readonly CancellationTokenSource _revoked = new();
        private int _state;
        private int _arrived;

        public int Bytes => bytes;

        public long Since => since;

        public LinkedListNode<Lease>? Node { get; set; }

        /// <summary>Fires when the holder must give up because others wait.</summary>
        public CancellationToken Revoked => _revoked.Token;

        /// <summary>So many bytes of the frame are there.</summary>
        public void Arrived(int count) => Volatile.Write(ref _arrived, count);

        /// <summary>True when the frame is neither complete nor revoked, and less of it has arrived than its share of the grace.</summary>
        public bool IsLate(TimeSpan held, TimeSpan grace) =>
            Volatile.Read(ref _state) == 0
            && held > RpcLimits.FrameStart
            && Volatile.Read(ref _arrived) < bytes * ((held - RpcLimits.FrameStart) / grace);

        /// <summary>The frame has arrived: what follows is our own work and is bounded by it, so it may not be revoked.</summary>
        public void Keep() => Interlocked.CompareExchange(ref _state, 1, 0);

        public void Revoke()
        {
            if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
            {
                return;
            }

            try
            {
                _revoked.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The holder gave it back in the same moment, which is all that was wanted.
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _state, 2) != 2)
            {
                owner.GiveBack(this);
                _revoked.Dispose();
            }
        }
    }
}
