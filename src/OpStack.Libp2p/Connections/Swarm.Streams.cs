using System.Collections.Concurrent;
using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections;

/// <summary>Streams: opening ours, agreeing on the protocol of theirs, and running handlers.</summary>
public sealed partial class Swarm
{
    private readonly ConcurrentDictionary<string, StreamHandler> _handlers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void SetStreamHandler(string protocol, StreamHandler handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        ArgumentNullException.ThrowIfNull(handler);
        _handlers[protocol] = handler;
        _identify.NotifyChanged();
    }

    /// <inheritdoc/>
    public async ValueTask<ProtocolStream> OpenStreamAsync(
        PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        PeerConnection? connection;
        PeerAccount account;
        lock (_gate)
        {
            if (!_table.TryGetNewest(peer, out connection))
            {
                throw new Libp2pException(Libp2pError.NotConnected, $"There is no connection to {peer}.");
            }

            account = _accounts[peer];
        }

        if (!account.TryEnter(ConnectionDirection.Outbound, _limits.MaxOutboundStreamsPerPeer))
        {
            throw new Libp2pException(Libp2pError.LimitReached, $"{_limits.MaxOutboundStreamsPerPeer} streams to {peer} are open.");
        }

        using CancellationTokenSource linked = Deadline(_options.StreamTimeout, cancellationToken, out CancellationTokenSource timer);
        using (timer)
        {
            YamuxStream? stream = null;
            try
            {
                stream = await connection.Muxer.OpenStreamAsync(linked.Token).ConfigureAwait(false);
                string protocol = await Multistream.SelectAsync(stream, protocols, linked.Token).ConfigureAwait(false);
                return Agreed(connection, stream, protocol, account, () => account.Leave(ConnectionDirection.Outbound));
            }
            catch (Exception e)
            {
                account.Leave(ConnectionDirection.Outbound);
                if (stream is not null)
                {
                    stream.Abort();
                    await stream.DisposeAsync().ConfigureAwait(false);
                }

                throw Translate(e, timer, cancellationToken, $"Agreeing on a protocol with {peer} took too long.");
            }
        }
    }

    private ProtocolStream Agreed(PeerConnection connection, YamuxStream stream, string protocol, PeerAccount account, Action? onEnd) => new(
        new MeteredStream(stream, account.Protocols.Of(protocol), _protocols.Of(protocol), onEnd),
        protocol,
        connection.Peer,
        connection.Direction,
        connection.RemoteAddress);

    /// <summary>Accepts the streams of one connection until it ends, then takes it out of the table.</summary>
    private async Task ServeAsync(PeerConnection connection)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(_stopped);
        TaskTracker streams = new();
        try
        {
            while (await connection.Muxer.AcceptStreamAsync(CancellationToken.None).ConfigureAwait(false) is { } stream)
            {
                if (AccountOf(connection.Peer) is not { } account)
                {
                    // On its way out.
                    stream.Abort();
                }
                else if (account.TryEnter(ConnectionDirection.Inbound, _limits.MaxInboundStreamsPerPeer))
                {
                    _ = streams.Track(Task.Run(() => ServeStreamAsync(connection, stream, account, ended.Token)));
                }
                else
                {
                    // Not waited for: a peer can reset its streams and leave their handlers behind, and only this loop learns that the
                    // connection has ended.
                    stream.Abort();
                    _logger.StreamFailed(connection.Peer, "(not agreed)", $"{_limits.MaxInboundStreamsPerPeer} streams are being served");
                }
            }
        }
        catch (Exception e)
        {
            _logger.TaskFailed(e);
        }

        Remove(connection, connection.RemoteReason());
        await CancelAsync(ended).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        await streams.WhenAllAsync().ConfigureAwait(false);
    }

    private PeerAccount? AccountOf(PeerId peer)
    {
        lock (_gate)
        {
            return _accounts.GetValueOrDefault(peer);
        }
    }

    private async Task ServeStreamAsync(PeerConnection connection, YamuxStream stream, PeerAccount account, CancellationToken ended)
    {
        string? protocol = null;
        try
        {
            protocol = await AgreeOnInboundAsync(stream).ConfigureAwait(false);
            if (protocol is not null && _handlers.TryGetValue(protocol, out StreamHandler? handler))
            {
                await handler(Agreed(connection, stream, protocol, account, onEnd: null), ended).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException)
        {
            stream.Abort();
            _logger.StreamFailed(connection.Peer, protocol ?? "(not agreed)", e.Message);
        }
        catch (Exception e)
        {
            stream.Abort();
            _logger.HandlerFailed(e, connection.Peer, protocol ?? "(not agreed)");
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        account.Leave(ConnectionDirection.Inbound);
    }

    private async ValueTask<string?> AgreeOnInboundAsync(IByteStream stream)
    {
        using CancellationTokenSource linked = Deadline(_options.StreamTimeout, CancellationToken.None, out CancellationTokenSource timer);
        using (timer)
        {
            return await Multistream.HandleAsync(stream, _handlers.ContainsKey, linked.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Cancellation by the caller stays what it is; our own deadline and our own end have their own errors.</summary>
    private Exception Translate(Exception e, CancellationTokenSource timer, CancellationToken caller, string onTimeout) => e switch
    {
        OperationCanceledException when caller.IsCancellationRequested => new OperationCanceledException(e.Message, e, caller),
        OperationCanceledException when timer.IsCancellationRequested => new Libp2pException(Libp2pError.Timeout, onTimeout, e),
        OperationCanceledException => new Libp2pException(Libp2pError.ConnectionClosed, "The swarm is closing.", e),
        _ => e,
    };
}
