using System.Diagnostics;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections;

/// <summary>Dialling. One dial per peer at a time: later callers join the one under way.</summary>
public sealed partial class Swarm
{
    private readonly Dictionary<PeerId, SharedDial> _dials = [];

    /// <summary>The same as <see cref="DialAsync(Multiaddr, DialOptions, CancellationToken)"/> with default options.</summary>
    public ValueTask DialAsync(Multiaddr address, CancellationToken cancellationToken = default) =>
        DialAsync(address, DialOptions.Default, cancellationToken);

    /// <summary>
    /// Connects to the peer named by the address's /p2p part. Does nothing when it is connected already. Throws
    /// <see cref="ArgumentException"/> without a /p2p part, and otherwise as
    /// <see cref="DialAsync(PeerId, IReadOnlyList{Multiaddr}, DialOptions, CancellationToken)"/>.
    /// </summary>
    public ValueTask DialAsync(Multiaddr address, DialOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        PeerId peer = address.PeerId
            ?? throw new ArgumentException($"{address} has no /p2p part: whom to expect there is not known.", nameof(address));
        return DialAsync(peer, [address], options, cancellationToken);
    }

    /// <summary>
    /// The same as <see cref="DialAsync(PeerId, IReadOnlyList{Multiaddr}, DialOptions, CancellationToken)"/> with default options.
    /// </summary>
    public ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken = default) =>
        DialAsync(peer, addresses, DialOptions.Default, cancellationToken);

    /// <summary>
    /// Connects to <paramref name="peer"/> at one of its addresses: at most <see cref="ConnectionLimits.MaxDials"/> attempts of all dials
    /// together run at once, several addresses of one peer 250 ms apart (RFC 8305; IP addresses first, IPv6 and IPv4 in turn, then names),
    /// each within <see cref="SwarmOptions.DialTimeout"/>, all within <see cref="SwarmOptions.DialDeadline"/>, the wait for its turn
    /// included. Does nothing when the peer is connected already; joins a dial under way (which keeps its own addresses and options).
    /// </summary>
    /// <exception cref="Libp2pException">
    /// With one address, or when all failed alike, the reason: DialFailed, Timeout, HandshakeFailed, PeerIdMismatch, NegotiationFailed,
    /// ConnectionClosed; DialBackoff (it failed lately), GateRefused, LimitReached and OutOfResources are ours. With several reasons
    /// DialFailed with all of them inside.
    /// </exception>
    public async ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (peer.Equals(LocalPeerId))
        {
            throw new ArgumentException("A host cannot dial itself.", nameof(peer));
        }

        if (!IsConnected(peer) && _keeper.PeerDial(peer) is var verdict and not GateVerdict.Allow)
        {
            throw GateKeeper.Refused(verdict, $"to dial {peer}");
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
                _tasks.Track(Task.Run(() => RunDialAsync(peer, addresses, options, dial)));
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

    private async Task RunDialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, SharedDial dial)
    {
        Exception? failure = null;
        using Activity? activity = Libp2pActivity.StartDial();
        TimeSpan deadline = options.Deadline ?? _options.DialDeadline;
        using CancellationTokenSource linked = Deadline(deadline, dial.Abandoned.Token, out CancellationTokenSource timer);
        using (timer)
        {
            try
            {
                await WaitAndDialAsync(peer, addresses, options, dial, linked.Token).ConfigureAwait(false);
                _counters.OnDialSucceeded();
            }
            catch (Exception e)
            {
                failure = Translate(e, timer, dial.Abandoned.Token, $"Dialling {peer} took longer than {deadline}.");
            }
        }

        lock (_gate)
        {
            Forget(peer, dial);
        }

        if (failure is null)
        {
            dial.Completion.TrySetResult();
            return;
        }

        activity?.Fail(failure);
        if (failure is Libp2pException { Error: var error })
        {
            _counters.OnDialFailed(error);
        }
        else if (failure is OperationCanceledException)
        {
            _counters.OnDialAbandoned();
        }

        dial.Completion.TrySetException(failure);
        _ = dial.Completion.Task.Exception; // Observed: every caller may have given up.
    }

    private async Task WaitAndDialAsync(
        PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, SharedDial dial, CancellationToken cancellationToken)
    {
        await _slots.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // It may have dialled us while we waited.
            if (!IsConnected(peer))
            {
                await DialNowAsync(peer, addresses, options, dial, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _slots.Leave();
        }
    }

    private async Task DialNowAsync(
        PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, SharedDial dial, CancellationToken cancellationToken)
    {
        if (!HasRoomFor(ConnectionDirection.Outbound))
        {
            throw new Libp2pException(Libp2pError.LimitReached, "There are as many connections as may be.");
        }

        PeerConnection connection = await _dialer.DialAsync(peer, addresses, options.IgnoreBackoff, CloseInBackground, cancellationToken).ConfigureAwait(false);
        if (TryAdd(connection, out GateVerdict verdict, dial) is { } refusal && !IsConnected(peer))
        {
            Exception failure = refusal switch
            {
                RefusalReason.Gate => GateKeeper.Refused(verdict, $"a connection with {peer}"),
                RefusalReason.Abandoned => new OperationCanceledException(cancellationToken),
                RefusalReason.ShuttingDown => new Libp2pException(Libp2pError.ConnectionClosed, "The swarm is closing."),
                _ => new Libp2pException(Libp2pError.LimitReached, $"The connection to {peer} was refused: {refusal}."),
            };
            throw failure;
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
