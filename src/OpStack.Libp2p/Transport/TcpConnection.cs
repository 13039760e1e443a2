using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Transport;

/// <summary>
/// A TCP connection with Nagle's algorithm off. A cancelled read loses nothing; a cancelled write has sent an unknown part, so its
/// caller must abort.
/// </summary>
internal sealed class TcpConnection : IByteStream
{
    private readonly Socket _socket;
    private int _closed;
    private int _writeClosed;

    /// <summary>Takes over a connected socket; throws <see cref="SocketException"/> when it is connected no more.</summary>
    public TcpConnection(Socket socket)
    {
        socket.NoDelay = true;
        LocalEndPoint = Normalize((IPEndPoint)socket.LocalEndPoint!);
        RemoteEndPoint = Normalize((IPEndPoint?)socket.RemoteEndPoint ?? throw new SocketException((int)SocketError.NotConnected));
        _socket = socket;
    }

    /// <summary>Our end; an IPv4-mapped address stands as IPv4.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The remote's end; an IPv4-mapped address stands as IPv4.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary><see cref="LocalEndPoint"/> as /ip4|ip6/…/tcp/port.</summary>
    public Multiaddr LocalAddress => Multiaddr.FromTcpEndPoint(LocalEndPoint);

    /// <summary><see cref="RemoteEndPoint"/> as /ip4|ip6/…/tcp/port.</summary>
    public Multiaddr RemoteAddress => Multiaddr.FromTcpEndPoint(RemoteEndPoint);

    /// <summary>The same endpoint with an IPv4-mapped address as IPv4, so that limits per address see one host once.</summary>
    public static IPEndPoint Normalize(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Closed(e);
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                int sent = await _socket.SendAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                buffer = buffer[sent..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Closed(e);
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _writeClosed, 1) != 0)
        {
            return ValueTask.CompletedTask;
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return ValueTask.FromException(Closed(e));
        }
    }

    /// <summary>Closes with a reset: bytes not yet sent or read are dropped.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already reset by the remote: there is nothing left to linger for.
        }

        _socket.Dispose();
    }

    /// <summary>Closes in order: what was written is still delivered by the kernel, in the background.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return ValueTask.CompletedTask;
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already reset by the remote: there is nobody to say goodbye to.
        }

        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Libp2pException Closed(Exception e) =>
        new(Libp2pError.ConnectionClosed, $"The connection to {RemoteEndPoint} is closed: {(e as SocketException)?.SocketErrorCode.ToString() ?? "disposed"}", e);
}
