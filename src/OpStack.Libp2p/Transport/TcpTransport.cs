using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace OpStack.Libp2p.Transport;

/// <summary>Dials and listens on TCP over IPv4 and IPv6.</summary>
internal sealed class TcpTransport(TimeProvider time, ILogger<TcpTransport> logger) : ITransport
{
    private int _isOutOfResources;

    /// <summary>
    /// Connects to <paramref name="endPoint"/>. Throws <see cref="Libp2pException"/>: <see cref="Libp2pError.Timeout"/> after
    /// <paramref name="timeout"/>, <see cref="Libp2pError.OutOfResources"/> when this machine has no descriptor, buffer or port left,
    /// <see cref="Libp2pError.DialFailed"/> otherwise.
    /// </summary>
    public async ValueTask<TcpConnection> DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IPEndPoint target = endPoint.Normalize();
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        Socket? socket = null;
        try
        {
            socket = DescriptorReserve.Check(new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            await socket.ConnectAsync(target, linked.Token).ConfigureAwait(false);
            Volatile.Write(ref _isOutOfResources, 0);
            return new TcpConnection(socket);
        }
        catch (SocketException e) when (IsOurs(e.SocketErrorCode, target.AddressFamily))
        {
            socket?.Dispose();
            if (Interlocked.Exchange(ref _isOutOfResources, 1) == 0)
            {
                TransportLog.DialOutOfResources(logger, target, e.SocketErrorCode);
            }

            throw new Libp2pException(Libp2pError.OutOfResources, $"Connecting to {target} failed for want of our own resources: {e.SocketErrorCode}", e);
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
        IPEndPoint local = endPoint.Normalize();
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

    async ValueTask<ITransportConnection> ITransport.DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        await DialAsync(endPoint, timeout, cancellationToken).ConfigureAwait(false);

    ITransportListener ITransport.Listen(IPEndPoint endPoint) => Listen(endPoint);

    /// <summary>
    /// No descriptor (EMFILE, ENFILE), buffer (ENOBUFS) or local port (EADDRNOTAVAIL): the remote has no part in it. With IPv6 the last is
    /// what a machine without an IPv6 address answers, and it will not have one in a moment: such addresses are to go into back-off.
    /// </summary>
    internal static bool IsOurs(SocketError error, AddressFamily family) =>
        error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
        || error == SocketError.AddressNotAvailable && family == AddressFamily.InterNetwork;
}
