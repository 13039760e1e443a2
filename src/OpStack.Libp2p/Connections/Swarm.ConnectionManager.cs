using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// The connection manager: who must stay, who is worth more, who goes when there are too many, and how much everybody transfers.
/// </summary>
public sealed partial class Swarm
{
    private readonly PeerTags _tags;
    private readonly ITimer _trimTimer;
    private readonly SwarmCounters _counters = new();
    private readonly ProtocolMeters _protocols = new();

    // Of connections that have left the table. Guarded by the lock.
    private Traffic _closedTraffic;

    /// <inheritdoc/>
    public bool WantsOutbound
    {
        get
        {
            lock (_gate)
            {
                return _table.Outbound < _limits.MaxOutbound && (_table.Total < _limits.LowWater || _table.Outbound < _limits.OutboundReserve);
            }
        }
    }

    /// <inheritdoc/>
    public SwarmStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new SwarmStatistics
                {
                    InboundNow = _table.Inbound,
                    OutboundNow = _table.Outbound,
                    HalfOpenInboundNow = _halfOpen.Count,
                    DialsNow = _slots.Taken,
                    QueuedDialsNow = _slots.Waiting,
                    BackoffsNow = _dialer.BackoffCount,
                    Accepted = _counters.Accepted,
                    HandshakesBegun = _counters.HandshakesBegun,
                    AcceptFaults = _listeners.Sum(l => l.Faults),
                    DialsSucceeded = _counters.DialsSucceeded,
                    DialsFailed = _counters.DialsFailed,
                    Refused = _counters.Refused,
                    ClosedInbound = _counters.ClosedInbound,
                    ClosedOutbound = _counters.ClosedOutbound,
                    OpenedInbound = _counters.OpenedInbound,
                    OpenedOutbound = _counters.OpenedOutbound,
                    DialsAbandoned = _counters.DialsAbandoned,
                    Gate = _counters.Gate,
                    InboundStreamsNow = _table.All.Sum(c => c.Muxer.InboundStreams),
                    OutboundStreamsNow = _table.All.Sum(c => c.Muxer.OutboundStreams),
                    Traffic = _table.All.Aggregate(_closedTraffic, (sum, c) => sum + c.Traffic),
                };
            }
        }
    }

    /// <summary>Tasks under way, the accept loops among them; for tests that look for leaks.</summary>
    internal int RunningTasks => _tasks.Count;

    /// <summary>Addresses that hold a place; for the same.</summary>
    internal int HeldAddresses => _places.LiveAddresses;

    /// <summary>Peers that hold a budget; for the same.</summary>
    internal int HeldBudgets => _budgets.Count;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Traffic> TrafficByProtocol => _protocols.Totals;

    /// <inheritdoc/>
    public Traffic GetTraffic(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            return _table.Of(peer).Aggregate(_accounts.GetValueOrDefault(peer)?.Closed ?? default, (sum, c) => sum + c.Traffic);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Traffic> GetTrafficByProtocol(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            return _accounts.TryGetValue(peer, out PeerAccount? account) ? account.Protocols.Totals : new Dictionary<string, Traffic>();
        }
    }

    /// <inheritdoc/>
    public void Protect(PeerId peer, string tag)
    {
        Require(peer, tag);
        lock (_gate)
        {
            _tags.Protect(peer, tag);
        }
    }

    /// <inheritdoc/>
    public bool Unprotect(PeerId peer, string tag)
    {
        Require(peer, tag);
        lock (_gate)
        {
            return _tags.Unprotect(peer, tag);
        }
    }

    /// <inheritdoc/>
    public bool IsProtected(PeerId peer, string? tag = null)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            return _tags.IsProtected(peer, tag);
        }
    }

    /// <inheritdoc/>
    public void SetTag(PeerId peer, string tag, int value)
    {
        Require(peer, tag);
        lock (_gate)
        {
            if (!_tags.TrySet(peer, tag, value))
            {
                throw new Libp2pException(Libp2pError.LimitReached, $"{peer} has {SwarmLimits.TagsPerPeer} tags already.");
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveTag(PeerId peer, string tag)
    {
        Require(peer, tag);
        lock (_gate)
        {
            _tags.Remove(peer, tag);
        }
    }

    /// <inheritdoc/>
    public int GetValue(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            return _tags.WorthOf(peer).Value;
        }
    }

    private static void Require(PeerId peer, string tag)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentException.ThrowIfNullOrEmpty(tag);
    }

    /// <summary>Reaching a hard limit does not wait for the next check of the water marks.</summary>
    private void TrimIfFull()
    {
        lock (_gate)
        {
            if (_table.Total < _limits.MaxConnections && _table.Inbound < _limits.MaxInbound)
            {
                return;
            }
        }

        Trim();
    }

    private void Trim()
    {
        IReadOnlyList<PeerConnection> going;
        int left;
        lock (_gate)
        {
            going = TrimPolicy.Select([.. _table.All], _tags.WorthOf, _limits, Now);
            foreach (PeerConnection connection in going)
            {
                RemoveLocked(connection, ConnectionCloseReason.Trimmed);
            }

            left = _table.Total;
        }

        if (going.Count > 0)
        {
            _logger.Trimmed(going.Count, left);
        }

        foreach (PeerConnection connection in going)
        {
            CloseInBackground(connection);
        }
    }
}
