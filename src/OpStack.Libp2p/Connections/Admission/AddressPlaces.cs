using System.Net;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>
/// Lends the places that <see cref="AddressBudget"/> counts to connections, from their first moment to their last. Any thread.
/// </summary>
internal sealed class AddressPlaces(ConnectionLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly AddressBudget _budget = new(limits);

    /// <summary>Addresses that hold a place.</summary>
    public int LiveAddresses
    {
        get
        {
            lock (_gate)
            {
                return _budget.LiveAddresses;
            }
        }
    }

    /// <summary>Takes a place, to be disposed when the connection is gone; or says what is against it.</summary>
    public RefusalReason? TryEnter(IPAddress address, ConnectionDirection direction, out IDisposable? place)
    {
        RefusalReason? refusal;
        lock (_gate)
        {
            refusal = _budget.TryEnter(address, direction, time.GetElapsedTime(0));
        }

        place = refusal is null ? new Place(this, address, direction) : null;
        return refusal;
    }

    private sealed class Place(AddressPlaces owner, IPAddress address, ConnectionDirection direction) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) != 0)
            {
                return;
            }

            lock (owner._gate)
            {
                owner._budget.Leave(address, direction);
            }
        }
    }
}
