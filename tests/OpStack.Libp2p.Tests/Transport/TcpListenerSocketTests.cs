using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Transport;

public sealed class TcpListenerSocketTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly EventLog _log = new();
    private readonly Queue<SocketError> _faults = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TcpListenerSocket _listener;
    private int _attempts;

    public TcpListenerSocketTests()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        _listener = new TcpListenerSocket(_socket, _time, _log, AcceptAsync);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _socket.Dispose();
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.SocketError)]
    public async Task A_fault_of_ours_is_logged_once_and_survived_with_pauses_that_grow_to_a_second(SocketError fault)
    {
        const int Faults = 10;
        Assert.All(Enumerable.Range(0, Faults), _ => _faults.Enqueue(fault));
        Task<TcpConnection> accepting = _listener.AcceptAsync(StreamReading.HangGuard).AsTask();

        // 50, 100, 200, 400, 800 ms and then a second each.
        double pause = 50;
        for (int attempts = 1; attempts <= Faults; attempts++)
        {
            await Until(() => Volatile.Read(ref _attempts) == attempts && _listener.Faults == attempts && _time.ActiveTimers == 1);
            _time.Advance(TimeSpan.FromMilliseconds(pause - 1));
            Assert.Equal(attempts, Volatile.Read(ref _attempts));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            pause = Math.Min(2 * pause, 1000);
        }

        await Until(() => Volatile.Read(ref _attempts) == Faults + 1);
        Assert.Equal([1150], _log.Ids);
        using TcpClient client = new(AddressFamily.InterNetwork);
        await client.ConnectAsync(_listener.LocalEndPoint);
        await using TcpConnection accepted = await accepting;
        Assert.Equal(client.Client.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.Equal([1150, 1152], _log.Ids);
        Assert.Equal(Faults, _listener.Faults);
    }

    [Theory]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.ConnectionReset)]
    public async Task A_lost_connection_does_not_hold_up_the_next(SocketError fault)
    {
        _faults.Enqueue(fault);
        _faults.Enqueue(fault);
        using TcpClient client = new();
        await client.ConnectAsync(_listener.LocalEndPoint);
        await using TcpConnection accepted = await _listener.AcceptAsync(StreamReading.HangGuard);
        Assert.Equal(3, _attempts);
        Assert.Equal([1151, 1151], _log.Ids);
    }

    [Fact]
    public async Task Disposal_ends_a_pending_accept()
    {
        Task<TcpConnection> accepting = _listener.AcceptAsync(StreamReading.HangGuard).AsTask();
        _listener.Dispose();
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => accepting));
        Assert.Equal(
            Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => _listener.AcceptAsync(StreamReading.HangGuard).AsTask()));
    }

    [Fact]
    public async Task Cancellation_ends_a_pending_accept_and_its_pause()
    {
        using CancellationTokenSource cancel = new();
        Task<TcpConnection> waiting = _listener.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        using CancellationTokenSource cancelPause = new();
        _faults.Enqueue(SocketError.TooManyOpenSockets);
        Task<TcpConnection> pausing = _listener.AcceptAsync(cancelPause.Token).AsTask();
        await cancelPause.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, StreamReading.HangGuard);
        }
    }

    private ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        return _faults.TryDequeue(out SocketError fault) ? throw new SocketException((int)fault) : _socket.AcceptAsync(cancellationToken);
    }

    private sealed class EventLog : ILogger
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Ids.Add(eventId.Id);
    }
}
