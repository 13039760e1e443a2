using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Connections;

/// <summary>Dialling. One dial per peer at a time: later callers join the one under way.</summary>
public sealed partial class Swarm
{
    private readonly Dictionary<PeerId, SharedDial> _dials = [];

    /// <summary>
    /// Connects to the peer named by the address's /p2p part. Does nothing when it is connected already.
    /// Throws <see cref="ArgumentException"/> without a /p2p part, and otherwise as <see cref="DialAsync(PeerId, IReadOnlyList{Multiaddr}, CancellationToken)"/>.
    /// </summary>
    public ValueTask DialAsync(Multiaddr address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        PeerId peer = address.PeerId ?? throw new ArgumentException($"{address} has no /p2p part: whom to expect there is not known.", nameof(address));
        return DialAsync(peer, [address], cancellationToken);
    }

    /// <summary>
    /// Connects to <paramref name="peer"/>, trying its addresses in turn, each within <see cref="SwarmOptions.DialTimeout"/>.
    /// Does nothing when it is connected already; joins a dial under way (which keeps its own addresses).
    /// Throws <see cref="Libp2pException"/>: with one address its own reason (DialFailed, Timeout, HandshakeFailed, PeerIdMismatch,
    /// NegotiationFailed, LimitReached), with several DialFailed with all reasons inside.
    /// </summary>
    public async ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(addresses);
        if (peer.Equals(LocalPeerId))
        {
            throw new ArgumentException("A host cannot dial itself.", nameof(peer));
        }

        SharedDial dial;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (_table.TryGetNewest(peer, out _))
            {
                return;
            }

            if (!_dials.TryGetValue(peer, out dial!))
            {
                dial = new SharedDial();
                _dials[peer] = dial;
                _tasks.Track(Task.Run(() => RunDialAsync(peer, addresses, dial)));
            }

            dial.Callers++;
        }

        try
        {
            await dial.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(peer, dial);
        }
    }

    /// <summary>The last caller to give up ends the dial.</summary>
    private void Leave(PeerId peer, SharedDial dial)
    {
        bool abandoned;
        lock (_gate)
        {
            abandoned = --dial.Callers == 0 && !dial.Completion.Task.IsCompleted;
            if (abandoned)
            {
                Forget(peer, dial);
            }
        }

        if (abandoned)
        {
            // Outside the lock: what is registered on the token runs here, a name resolver of the host's among it.
            dial.Abandoned.Cancel();
        }
    }

    /// <summary>Called under the lock. Another dial to the same peer may have begun since.</summary>
    private void Forget(PeerId peer, SharedDial dial)
    {
        if (_dials.GetValueOrDefault(peer) == dial)
        {
            _dials.Remove(peer);
        }
    }

    private async Task RunDialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, SharedDial dial)
    {
        Exception? failure = null;
        try
        {
            await TryAddressesAsync(peer, addresses, dial.Abandoned.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }

        lock (_gate)
        {
            Forget(peer, dial);
        }

        if (failure is null)
        {
            dial.Completion.TrySetResult();
        }
        else
        {
            dial.Completion.TrySetException(failure);
            _ = dial.Completion.Task.Exception; // Observed: every caller may have given up.
        }
    }

    private async Task TryAddressesAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        List<Exception> failures = [];
        foreach (Multiaddr address in addresses.Take(SwarmLimits.AddressesPerDial))
        {
            try
            {
                await DialAddressAsync(peer, address, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Libp2pException e)
            {
                _logger.DialFailed(address, e.Message);
                failures.Add(e);
            }
        }

        throw failures is [Libp2pException only]
            ? only
            : new Libp2pException(Libp2pError.DialFailed, $"None of {failures.Count} addresses of {peer} could be dialled.", new AggregateException(failures));
    }

    private async Task DialAddressAsync(PeerId peer, Multiaddr address, CancellationToken cancellationToken)
    {
        using CancellationTokenSource linked = Deadline(_options.DialTimeout, cancellationToken, out CancellationTokenSource timer);
        using (timer)
        {
            try
            {
                IReadOnlyList<IPEndPoint> endPoints = await _resolver.ResolveAsync(address, linked.Token).ConfigureAwait(false);
                TcpConnection socket = await ConnectAnyAsync(endPoints, linked.Token).ConfigureAwait(false);
                PeerConnection connection = await _upgrader
                    .UpgradeAsync(socket, socket.RemoteAddress, ConnectionDirection.Outbound, peer, linked.Token).ConfigureAwait(false);
                if (!TryAdd(connection) && !IsConnected(peer))
                {
                    throw new Libp2pException(Libp2pError.LimitReached, $"The connection to {peer} was refused by a limit of ours.");
                }
            }
            catch (Exception e)
            {
                throw Translate(e, timer, cancellationToken, $"Dialling {address} took longer than {_options.DialTimeout}.");
            }
        }
    }

    private async Task<TcpConnection> ConnectAnyAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancellationToken)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await _transport.DialAsync(endPoints[i], _options.DialTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (Libp2pException) when (i + 1 < endPoints.Count)
            {
                // The next address of the same name; the last one's failure is the dial's.
            }
        }
    }

    private bool IsConnected(PeerId peer)
    {
        lock (_gate)
        {
            return _table.TryGetNewest(peer, out _);
        }
    }

    /// <summary>A dial that several callers may wait for. <see cref="Callers"/> is guarded by the swarm's lock.</summary>
    private sealed class SharedDial
    {
        public int Callers { get; set; }

        public CancellationTokenSource Abandoned { get; } = new();

        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
