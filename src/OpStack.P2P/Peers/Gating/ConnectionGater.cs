using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// The gate of an OP Stack node: blocked peers, addresses and subnets, bans that end, dial thresholds, a least score, protected peers. All
/// of it holds inbound and outbound. What an operator does takes effect at once, on open connections and on those on their way in.
/// </summary>
/// <remarks>
/// Its lists are one immutable snapshot, replaced whole: a hook takes no lock but the one of the dial counts, and allocates nothing where a
/// connection is accepted. No lock is held while the swarm is called.
/// </remarks>
public sealed partial class ConnectionGater : IConnectionGater
{
    /// <summary>The tag of peers that the operator protects (op-node).</summary>
    public const string OperatorTag = "api-protected";

    /// <summary>The tag of static peers (op-node).</summary>
    public const string StaticTag = "static";

    private readonly GaterConfig _config;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ILogger _logger;
    private GaterLists _lists = GaterLists.Empty;
    private IConnectionManager? _connections;
    private volatile IPeerScores? _scores;

    /// <summary>A gater with empty lists.</summary>
    /// <param name="config">Thresholds; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Events 2620 on; null for none.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public ConnectionGater(GaterConfig? config = null, TimeProvider? timeProvider = null, ILogger<ConnectionGater>? logger = null)
    {
        _config = config ?? new GaterConfig();
        _config.Validate();
        _time = timeProvider ?? TimeProvider.System;
        _started = _time.GetTimestamp();
        _logger = logger ?? NullLogger<ConnectionGater>.Instance;
        _history = new DialHistory(_config.PeerRedialing, _config.DialPeriod);
    }

    /// <summary>Raised after a list has changed, on the thread that changed it.</summary>
    internal event Action? Changed;

    /// <summary>Bans laid and ended.</summary>
    internal BanCounters BanCounters { get; } = new();

    private TimeSpan Now => _time.GetElapsedTime(_started);

    private GaterLists Lists => Volatile.Read(ref _lists);

    /// <inheritdoc/>
    public void Attach(IConnectionManager connections, IPeerScores scores)
    {
        ArgumentNullException.ThrowIfNull(connections);
        ArgumentNullException.ThrowIfNull(scores);
        if (Interlocked.CompareExchange(ref _connections, connections, null) is { } other && other != connections)
        {
            throw new InvalidOperationException("The gater judges the connections of another swarm already.");
        }

        _scores = scores;
        foreach ((PeerId peer, IEnumerable<string> tags) in Lists.Protected)
        {
            foreach (string tag in tags)
            {
                ApplyProtection(peer, tag);
            }
        }
    }

    /// <inheritdoc/>
    public Connectedness GetConnectedness(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (Volatile.Read(ref _connections)?.Connections.Any(connection => connection.Peer.Equals(peer)) == true)
        {
            return Connectedness.Connected;
        }

        return Judge(peer, null) == GateVerdict.Allow ? Connectedness.NotConnected : Connectedness.CannotConnect;
    }

    /// <summary>
    /// Replaces the lists by what <paramref name="change"/> makes of them; false when that is nothing new. It may run more than once.
    /// </summary>
    private bool Update(Func<GaterLists, GaterLists> change)
    {
        while (true)
        {
            GaterLists before = Lists;
            GaterLists after = change(before);
            if (after == before)
            {
                return false;
            }

            // The same object, not equal lists: what another one added and took back meanwhile is equal, and our change would be lost.
            if (ReferenceEquals(Interlocked.CompareExchange(ref _lists, after, before), before))
            {
                BanCounters.OnChanged(before, after, Now);
                Changed?.Invoke();
                return true;
            }
        }
    }

    private void Disconnect(Func<IConnectionManager, ValueTask> disconnect)
    {
        if (Volatile.Read(ref _connections) is { } connections)
        {
            _ = CloseAsync(disconnect, connections);
        }
    }

    /// <summary>The connections have left the table before the first wait; only their goodbyes are waited for here.</summary>
    private async Task CloseAsync(Func<IConnectionManager, ValueTask> disconnect, IConnectionManager connections)
    {
        try
        {
            await disconnect(connections).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.DisconnectFailed(e);
        }
    }
}
