using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

public class TcpTransportTests
{
    private readonly TcpTransport _transport = new(TimeProvider.System, NullLogger<TcpTransport>.Instance);

    public static TheoryData<string> Loopbacks => ["127.0.0.1", "::1", "::ffff:127.0.0.1"];

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task Bytes_travel_both_ways_and_half_close_ends_one(string address)
    {
        using TcpListenerSocket listener = _transport.Listen(new IPEndPoint(IPAddress.Parse(address), 0));
        Assert.NotEqual(0, listener.LocalEndPoint.Port);
        (TcpConnection dialed, TcpConnection accepted) = await ConnectAsync(listener);
        await using TcpConnection a = dialed, b = accepted;
        byte[] sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);
        Task<byte[]> received = b.ReadToEndAsync(65536);
        await a.WriteAsync(sent, StreamReading.HangGuard);
        await a.CloseWriteAsync(StreamReading.HangGuard);
        await a.CloseWriteAsync(StreamReading.HangGuard);
        Assert.Equal(sent, await received);
        await b.WriteAsync("still open"u8.ToArray(), StreamReading.HangGuard);
        Assert.Equal("still open"u8.ToArray(), await a.ReadExactlyAsync(10));
    }

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task Each_end_knows_both_addresses_with_mapped_ones_as_ipv4(string address)
    {
        using TcpListenerSocket listener = _transport.Listen(new IPEndPoint(IPAddress.Parse(address), 0));
        (TcpConnection dialed, TcpConnection accepted) = await ConnectAsync(listener);
        await using TcpConnection a = dialed, b = accepted;
        Assert.Equal(listener.LocalEndPoint, a.RemoteEndPoint);
        Assert.Equal(a.LocalEndPoint, b.RemoteEndPoint);
        Assert.Equal(a.RemoteEndPoint, b.LocalEndPoint);
        Assert.False(b.RemoteEndPoint.Address.IsIPv4MappedToIPv6);
    }

    [Fact]
    public async Task Abort_resets_the_remote_and_ends_pending_reads()
    {
        using TcpListenerSocket listener = _transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        (TcpConnection dialed, TcpConnection accepted) = await ConnectAsync(listener);
        await using TcpConnection a = dialed, b = accepted;
        Task<int> ours = a.ReadAsync(new byte[1], StreamReading.HangGuard).AsTask();
        Task<int> theirs = b.ReadAsync(new byte[1], StreamReading.HangGuard).AsTask();
        a.Abort();
        a.Abort();
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => ours));
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => theirs));
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => a.WriteAsync(new byte[1], default).AsTask()));
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => a.CloseWriteAsync(default).AsTask()));
    }

    [Fact]
    public async Task Disposal_delivers_what_was_written()
    {
        using TcpListenerSocket listener = _transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        (TcpConnection dialed, TcpConnection accepted) = await ConnectAsync(listener);
        await using TcpConnection b = accepted;
        await dialed.WriteAsync("last words"u8.ToArray(), StreamReading.HangGuard);
        await dialed.DisposeAsync();
        await dialed.DisposeAsync();
        Assert.Equal("last words"u8.ToArray(), await b.ReadToEndAsync());
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, AddressFamily.InterNetworkV6, true)]
    [InlineData(SocketError.NoBufferSpaceAvailable, AddressFamily.InterNetwork, true)]
    [InlineData(SocketError.AddressNotAvailable, AddressFamily.InterNetwork, true)]
    [InlineData(SocketError.AddressNotAvailable, AddressFamily.InterNetworkV6, false)]
    [InlineData(SocketError.NetworkUnreachable, AddressFamily.InterNetworkV6, false)]
    [InlineData(SocketError.ConnectionRefused, AddressFamily.InterNetwork, false)]
    public void A_machine_without_IPv6_is_not_short_of_ports(SocketError error, AddressFamily family, bool isOurs) =>
        Assert.Equal(isOurs, TcpTransport.IsOurs(error, family));

    [Fact]
    public async Task A_cancelled_read_loses_nothing()
    {
        using TcpListenerSocket listener = _transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        (TcpConnection dialed, TcpConnection accepted) = await ConnectAsync(listener);
        await using TcpConnection a = dialed, b = accepted;
        using CancellationTokenSource cancel = new();
        Task<int> reading = b.ReadAsync(new byte[4], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await a.WriteAsync("data"u8.ToArray(), StreamReading.HangGuard);
        Assert.Equal("data"u8.ToArray(), await b.ReadExactlyAsync(4));
    }

    [Fact]
    public async Task A_read_into_nothing_waits_for_bytes_or_the_end_and_takes_neither()
    {
        using TcpListenerSocket listener = _transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        (TcpConnection dialed, TcpConnection accepted) = await ConnectAsync(listener);
        await using TcpConnection a = dialed, b = accepted;
        Task<int> waiting = b.ReadAsync(Memory<byte>.Empty, StreamReading.HangGuard).AsTask();
        Assert.False(waiting.IsCompleted);
        await a.WriteAsync("data"u8.ToArray(), StreamReading.HangGuard);
        Assert.Equal(0, await waiting);
        Assert.Equal(0, await b.ReadAsync(Memory<byte>.Empty, StreamReading.HangGuard));
        Assert.Equal("data"u8.ToArray(), await b.ReadExactlyAsync(4));
        waiting = b.ReadAsync(Memory<byte>.Empty, StreamReading.HangGuard).AsTask();
        await a.CloseWriteAsync(StreamReading.HangGuard);
        Assert.Equal(0, await waiting);
        Assert.Equal(0, await b.ReadAsync(new byte[1], StreamReading.HangGuard));
        waiting = a.ReadAsync(Memory<byte>.Empty, StreamReading.HangGuard).AsTask();
        b.Abort();

        // A reset ends the wait; whether by itself or by the read that follows is the system's choice.
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(async () =>
        {
            await waiting;
            await a.ReadAsync(new byte[1], StreamReading.HangGuard);
        }));
    }

    [Fact]
    public async Task Dialling_names_refusal_deadline_and_cancellation_apart()
    {
        TcpListenerSocket gone = _transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        gone.Dispose();
        Assert.Equal(
            Libp2pError.DialFailed,
            await StreamReading.ErrorOfAsync(() => _transport.DialAsync(gone.LocalEndPoint, TimeSpan.FromSeconds(60), default).AsTask()));
        Assert.Equal(
            Libp2pError.Timeout,
            await StreamReading.ErrorOfAsync(() => _transport.DialAsync(gone.LocalEndPoint, TimeSpan.Zero, default).AsTask()));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _transport.DialAsync(gone.LocalEndPoint, TimeSpan.FromSeconds(60), new CancellationToken(true)).AsTask());
    }

    [Fact]
    public void Listening_twice_on_a_port_fails()
    {
        using TcpListenerSocket first = _transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        Libp2pException e = Assert.Throws<Libp2pException>(() => _transport.Listen(first.LocalEndPoint));
        Assert.Equal(Libp2pError.ListenFailed, e.Error);
    }

    [Fact]
    public async Task Ipv6_and_ipv4_listen_on_one_port_side_by_side()
    {
        using TcpListenerSocket six = _transport.Listen(new IPEndPoint(IPAddress.IPv6Any, 0));
        using TcpListenerSocket four = _transport.Listen(new IPEndPoint(IPAddress.Any, six.LocalEndPoint.Port));
        await using TcpConnection dialed = await _transport.DialAsync(
            new IPEndPoint(IPAddress.Loopback, four.LocalEndPoint.Port), TimeSpan.FromSeconds(60), default);
        await using TcpConnection accepted = await four.AcceptAsync(StreamReading.HangGuard);
        Assert.Equal(AddressFamily.InterNetwork, accepted.RemoteEndPoint.AddressFamily);
    }

    private async Task<(TcpConnection Dialed, TcpConnection Accepted)> ConnectAsync(TcpListenerSocket listener)
    {
        Task<TcpConnection> accepting = listener.AcceptAsync(StreamReading.HangGuard).AsTask();
        TcpConnection dialed = await _transport.DialAsync(listener.LocalEndPoint, TimeSpan.FromSeconds(60), StreamReading.HangGuard);
        return (dialed, await accepting);
    }
}
