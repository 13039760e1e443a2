using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace OpStack.Libp2p.Transport;

/// <summary>Dials and listens on TCP over IPv4 and IPv6.</summary>
internal sealed class TcpTransport(TimeProvider time, ILogger<TcpTransport> logger)
{
    /// <summary>
    /// Connects to <paramref name="endPoint"/>. Throws <see cref="Libp2pException"/>: <see cref="Libp2pError.Timeout"/> after
    /// <paramref name="timeout"/>, <see cref="Libp2pError.DialFailed"/> otherwise.
    /// </summary>
    public async ValueTask<TcpConnection> DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IPEndPoint target = TcpConnection.Normalize(endPoint);
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        Socket? socket = null;
        try
        {
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, linked.Token).ConfigureAwait(false);
            return new TcpConnection(socket);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new Libp2pException(Libp2pError.DialFailed, $"Connecting to {target} failed: {e.SocketErrorCode}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket?.Dispose();
            throw new Libp2pException(Libp2pError.Timeout, $"Connecting to {target} took longer than {timeout}", e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Listens on <paramref name="endPoint"/>; port 0 takes a free port, told by <see cref="TcpListenerSocket.LocalEndPoint"/>.
    /// An IPv6 address takes IPv6 only. Throws <see cref="Libp2pException"/> (<see cref="Libp2pError.ListenFailed"/>).
    /// </summary>
    public TcpListenerSocket Listen(IPEndPoint endPoint)
    {
        IPEndPoint local = TcpConnection.Normalize(endPoint);
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(local);
            socket.Listen(TransportLimits.ListenBacklog);
            return new TcpListenerSocket(socket, time, logger);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new Libp2pException(Libp2pError.ListenFailed, $"Listening on {local} failed: {e.SocketErrorCode}", e);
        }
    }
}
