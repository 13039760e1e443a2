using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>
/// What a connection costs while nothing happens on it: socket, noise, yamux and a stream each way that somebody reads (issue 5: 64 KiB per idle peer in all).
/// That it gives back what a burst took is tested where the buffers are; what the pool keeps then is not the connection's.
/// </summary>
[Collection(ProcessCountsCollection.Name)]
public sealed class IdleConnectionTests : IDisposable
{
    private const int Connections = 64;

    // Less is what something before this test has given back meanwhile, which it does once.
    private const int LeastPlausible = 1024;
    private const int Attempts = 4;

    private readonly FakeTimeProvider _time = new();
    private readonly HandshakePath _dialler;
    private readonly HandshakePath _listener;

    public IdleConnectionTests()
    {
        _dialler = new HandshakePath(_time);
        _listener = new HandshakePath(_time);
    }

    public void Dispose()
    {
        _dialler.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task An_idle_connection_takes_at_most_16_KiB_of_heap()
    {
        TcpTransport transport = new(TimeProvider.System, NullLogger<TcpTransport>.Instance);
        using TcpListenerSocket socket = transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await using Pair first = await Pair.ConnectAsync(transport, socket, _dialler, _listener);
        long perSide = 0;
        for (int attempt = 0; attempt < Attempts && perSide < LeastPlausible; attempt++)
        {
            perSide = await MeasureAsync(() => Pair.ConnectAsync(transport, socket, _dialler, _listener));
        }

        Assert.InRange(perSide, LeastPlausible, 16 * 1024);
    }

    private static async Task<long> MeasureAsync(Func<Task<Pair>> connect)
    {
        long before = ProcessCounts.Heap();
        List<Pair> pairs = [];
        for (int i = 0; i < Connections; i++)
        {
            pairs.Add(await connect());
        }

        // The last pongs are on their way, and with them the last buffers.
        long perSide = long.MaxValue;
        await Until.TrueAsync(() => (perSide = (ProcessCounts.Heap() - before) / (2 * Connections)) <= 16 * 1024);
        foreach (Pair pair in pairs)
        {
            await pair.DisposeAsync();
        }

        return perSide;
    }

    /// <summary>Both ends of one connection, with a stream each way that carried something and is waited on since.</summary>
    private sealed class Pair(PeerConnection a, PeerConnection b) : IAsyncDisposable
    {
        private readonly List<(YamuxStream Stream, Task<int> Waiting)> _streams = [];

        public static async Task<Pair> ConnectAsync(
            TcpTransport transport, TcpListenerSocket socket, HandshakePath dialler, HandshakePath listener)
        {
            Task<TcpConnection> accepting = socket.AcceptAsync(StreamReading.HangGuard).AsTask();
            TcpConnection dialed = await transport.DialAsync(socket.LocalEndPoint, FakeHost.HangGuard, StreamReading.HangGuard);
            Task<PeerConnection> accept = listener.UpgradeAsync(await accepting);
            Pair pair = new(await dialler.UpgradeAsync(dialed, listener.Id), await accept);
            await pair.CarryAsync();
            return pair;
        }

        public async ValueTask DisposeAsync()
        {
            a.Muxer.Abort();
            b.Muxer.Abort();
            await a.DisposeAsync();
            await b.DisposeAsync();
            foreach ((YamuxStream stream, Task<int> waiting) in _streams)
            {
                await Assert.ThrowsAsync<Libp2pException>(() => waiting);
                await stream.DisposeAsync();
            }
        }

        private async Task CarryAsync()
        {
            foreach ((PeerConnection from, PeerConnection to) in new[] { (a, b), (b, a) })
            {
                YamuxStream opened = await from.Muxer.OpenStreamAsync(StreamReading.HangGuard);
                Task write = opened.WriteAsync(new byte[100], StreamReading.HangGuard).AsTask();
                YamuxStream accepted = (await to.Muxer.AcceptStreamAsync(StreamReading.HangGuard))!;
                await accepted.ReadExactlyAsync(100);
                await write;
                _streams.Add((opened, opened.ReadAsync(new byte[1], default).AsTask()));
                _streams.Add((accepted, accepted.ReadAsync(new byte[1], default).AsTask()));
            }
        }
    }
}
