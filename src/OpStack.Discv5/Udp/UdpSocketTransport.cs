using System.Net;
using System.Net.Sockets;

namespace OpStack.Discv5.Udp;

/// <summary>A bound socket. Errors of single datagrams do not end it: a UDP service must outlive what the network says about one peer.</summary>
internal sealed class UdpSocketTransport : IUdpTransport
{
    private readonly Socket _socket;
    private readonly SocketAddress _from;
    private readonly IPEndPoint _any;

    private UdpSocketTransport(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _any = LocalEndPoint;
        _from = new SocketAddress(socket.AddressFamily);
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Binds.</summary>
    /// <param name="address">Where; port 0 lets the system choose.</param>
    /// <param name="dualMode">An IPv6 socket that also serves IPv4. Without it an IPv6 socket leaves IPv4 to another one.</param>
    /// <exception cref="Discv5Exception">The address cannot be bound.</exception>
    public static UdpSocketTransport Bind(IPEndPoint address, bool dualMode)
    {
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // A send that would wait is a lost datagram instead: the loop that sends must not stand still.
            socket.Blocking = false;
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = dualMode;
            }

            IgnoreResets(socket);
            socket.Bind(address);
            return new UdpSocketTransport(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new Discv5Exception(Discv5Error.ListenFailed, $"UDP {address} cannot be bound: {e.Message}", e);
        }
    }

    /// <summary>One socket per address. A single IPv6 wildcard serves IPv4 too.</summary>
    /// <exception cref="Discv5Exception">An address cannot be bound; none stays bound.</exception>
    public static IReadOnlyList<IUdpTransport> BindAll(IReadOnlyList<IPEndPoint> addresses)
    {
        bool dualMode = addresses is [var only] && only.Address.Equals(IPAddress.IPv6Any);
        List<IUdpTransport> bound = [];
        try
        {
            foreach (IPEndPoint address in addresses)
                bound.Add(Bind(address, dualMode));
            return bound;
        }
        catch (Discv5Exception)
        {
            foreach (IUdpTransport transport in bound)
                ((UdpSocketTransport)transport)._socket.Dispose();
            throw;
        }
    }

    public async ValueTask<UdpDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int failures = 0;
        while (true)
        {
            try
            {
                int length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, _from, cancellationToken).ConfigureAwait(false);
                return new UdpDatagram(length, AddressScope.Normalise((IPEndPoint)_any.Create(_from)));
            }
            catch (SocketException e) when (e.SocketErrorCode is not SocketError.OperationAborted)
            {
                // Port unreachable, message too long (Windows), no buffers: the next datagram may be good. Only a row of failures slows down.
                if (++failures >= Discv5Limits.ReceiveFailuresBeforePause)
                {
                    await Task.Delay(Discv5Limits.ReceivePause, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    public bool TrySend(ReadOnlySpan<byte> datagram, IPEndPoint to)
    {
        try
        {
            return _socket.SendTo(datagram, SocketFlags.None, Target(to).Serialize()) == datagram.Length;
        }
        catch (SocketException)
        {
            return false; // WouldBlock, ENOBUFS, unreachable: the caller counts it, and a request is sent again by its own timeout.
        }
        catch (ObjectDisposedException)
        {
            return false; // Closed while the loop was ending.
        }
    }

    public bool CanSendTo(IPEndPoint to) => to.AddressFamily == _socket.AddressFamily
        || (to.AddressFamily == AddressFamily.InterNetwork && _socket is { AddressFamily: AddressFamily.InterNetworkV6, DualMode: true });

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private IPEndPoint Target(IPEndPoint to) =>
        to.AddressFamily == _socket.AddressFamily ? to : new IPEndPoint(to.Address.MapToIPv6(), to.Port);

    /// <summary>Windows ends the next receive when an earlier send met a closed port; SIO_UDP_CONNRESET turns that off.</summary>
    private static void IgnoreResets(Socket socket)
    {
        if (OperatingSystem.IsWindows())
        {
            const int sioUdpConnReset = unchecked((int)0x9800000C);
            socket.IOControl(sioUdpConnReset, [0], null);
        }
    }
}
