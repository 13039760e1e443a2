using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Transport;

/// <summary>A listening TCP socket. One <see cref="AcceptAsync"/> at a time.</summary>
internal sealed class TcpListenerSocket : ITransportListener
{
    private readonly Socket _socket;
    private readonly Func<CancellationToken, ValueTask<Socket>> _accept;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _disposed;
    private long _faults;

    /// <summary>Takes over a socket that listens already. <paramref name="accept"/> stands in for the kernel in tests.</summary>
    public TcpListenerSocket(
        Socket socket, TimeProvider time, ILogger logger, Func<CancellationToken, ValueTask<Socket>>? accept = null)
    {
        _socket = socket;
        _accept = accept ?? socket.AcceptAsync;
        _time = time;
        _logger = logger;
        LocalEndPoint = ((IPEndPoint)socket.LocalEndPoint!).Normalize();
    }

    /// <summary>The address and the port really bound.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary><see cref="LocalEndPoint"/> as /ip4|ip6/…/tcp/port.</summary>
    public Multiaddr LocalAddress => Multiaddr.FromTcpEndPoint(LocalEndPoint);

    /// <summary>Faults that were survived since listening began, lost connections not among them.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>
    /// The next connection. Faults of accepting are logged once until the next success, and survived with growing pauses; only disposal
    /// ends it, with <see cref="Libp2pException"/> (<see cref="Libp2pError.ConnectionClosed"/>).
    /// </summary>
    public async ValueTask<TcpConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = TransportLimits.AcceptBackoff;
        int faults = 0;
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = DescriptorReserve.Check(await _accept(cancellationToken).ConfigureAwait(false));
                if (faults > 0)
                {
                    TransportLog.AcceptRecovered(_logger, LocalEndPoint, faults);
                    faults = 0;
                    pause = TransportLimits.AcceptBackoff;
                }

                return new TcpConnection(socket);
            }
            catch (Exception e) when (e is ObjectDisposedException || e is SocketException && _disposed)
            {
                socket?.Dispose();
                throw new Libp2pException(Libp2pError.ConnectionClosed, $"Listening on {LocalEndPoint} has ended", e);
            }
            catch (SocketException e) when (socket is not null || IsLostConnection(e.SocketErrorCode))
            {
                // Every such fault uses up one queued connection, so going on at once cannot spin; pausing would let resets slow honest
                // dialers.
                socket?.Dispose();
                TransportLog.AcceptAborted(_logger, LocalEndPoint, e.SocketErrorCode);
            }
            catch (SocketException e)
            {
                Interlocked.Increment(ref _faults);
                if (faults++ == 0)
                {
                    TransportLog.AcceptFailed(_logger, LocalEndPoint, e.SocketErrorCode);
                }

                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
                pause = pause * 2 < TransportLimits.MaxAcceptBackoff ? pause * 2 : TransportLimits.MaxAcceptBackoff;
            }
        }
    }

    /// <summary>Stops listening; a pending accept throws.</summary>
    public void Dispose()
    {
        _disposed = true;
        _socket.Dispose();
    }

    async ValueTask<ITransportConnection> ITransportListener.AcceptAsync(CancellationToken cancellationToken) =>
        await AcceptAsync(cancellationToken).ConfigureAwait(false);

    private static bool IsLostConnection(SocketError error) =>
        error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NotConnected;
}
