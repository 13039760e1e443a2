using System.Net;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Connections;

/// <summary>Listening, and the handshakes of those who connect.</summary>
public sealed partial class Swarm
{
    private readonly List<TcpListenerSocket> _listeners = [];
    private readonly LinkedList<TcpConnection> _halfOpen = [];

    /// <summary>The addresses bound, with real ports, without /p2p. An unspecified address (0.0.0.0) stands as it was given.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses
    {
        get
        {
            lock (_gate)
            {
                return [.. _listeners.Select(l => l.LocalAddress)];
            }
        }
    }

    /// <summary>
    /// Listens on /ip4|ip6/…/tcp/…; port 0 takes any. Returns the address with the real port, without /p2p.
    /// Throws <see cref="ArgumentException"/> for another transport, <see cref="Libp2pException"/> (ListenFailed) when it cannot be bound.
    /// </summary>
    public Multiaddr Listen(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.TryGetTcpEndPoint(out IPEndPoint? endPoint))
        {
            throw new ArgumentException($"{address} is not /ip4|ip6/…/tcp/…", nameof(address));
        }

        TcpListenerSocket listener;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            listener = _transport.Listen(endPoint);
            _listeners.Add(listener);
        }

        Multiaddr bound = listener.LocalAddress;
        _logger.Listening(bound);
        _tasks.Track(Task.Run(() => AcceptLoopAsync(listener)));
        _identify.NotifyChanged();
        return bound;
    }

    private async Task AcceptLoopAsync(TcpListenerSocket listener)
    {
        try
        {
            while (true)
            {
                TcpConnection socket = await listener.AcceptAsync(_stopped).ConfigureAwait(false);
                LinkedListNode<TcpConnection> node = EnterHalfOpen(socket);
                _ = _tasks.Track(Task.Run(() => AcceptAsync(socket, node)));
            }
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or Libp2pException)
        {
            // The one way a listener ends: we are closing.
        }
        catch (Exception e)
        {
            _logger.TaskFailed(e);
        }
    }

    private LinkedListNode<TcpConnection> EnterHalfOpen(TcpConnection socket)
    {
        lock (_gate)
        {
            if (_halfOpen.Count >= SwarmLimits.HalfOpenInbound)
            {
                // The oldest is the likeliest to be stalling; honest handshakes are over in a few round trips.
                TcpConnection oldest = _halfOpen.First!.Value;
                _halfOpen.RemoveFirst();
                oldest.Abort();
                _logger.HalfOpenDropped(oldest.RemoteAddress, SwarmLimits.HalfOpenInbound);
            }

            return _halfOpen.AddLast(socket);
        }
    }

    private async Task AcceptAsync(TcpConnection socket, LinkedListNode<TcpConnection> node)
    {
        using CancellationTokenSource linked = Deadline(_options.AcceptTimeout, CancellationToken.None, out CancellationTokenSource timer);
        using (timer)
        {
            try
            {
                PeerConnection connection = await _upgrader
                    .UpgradeAsync(socket, socket.RemoteAddress, ConnectionDirection.Inbound, expected: null, linked.Token).ConfigureAwait(false);
                TryAdd(connection);
            }
            catch (Exception e) when (e is Libp2pException or OperationCanceledException)
            {
                _logger.InboundFailed(socket.RemoteAddress, timer.IsCancellationRequested ? "timeout" : e.Message);
            }
            catch (Exception e)
            {
                _logger.TaskFailed(e);
            }
        }

        lock (_gate)
        {
            if (node.List is not null)
            {
                _halfOpen.Remove(node);
            }
        }
    }

    private void StopListening()
    {
        TcpListenerSocket[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (TcpListenerSocket listener in listeners)
        {
            listener.Dispose();
        }
    }
}
