using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>
/// Every way a transport can break at every await between the raw connection and the muxed one, on either side (attack-cases.md row 22): both sides
/// come to an end, at the deadline at the latest, and let go of their transport, their timers and their loops.
/// </summary>
[Collection(ProcessCountsCollection.Name)]
[Trait("Row", "22")]
public class HandshakeFaultTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [MemberData(nameof(TransportFaults.EitherWay), MemberType = typeof(TransportFaults))]
    public async Task A_fault_at_any_await_leaves_nothing(TransportFault fault, bool earlyMuxer)
    {
        using HandshakePath dialler = new(_time, earlyMuxer), listener = new(_time, earlyMuxer);
        foreach (bool atDialler in new[] { true, false })
        {
            int failed = 0;
            bool reached = true;
            for (int at = 0; reached; at++)
            {
                (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
                FaultyHandshake handshake = new(at, fault, atDialler);
                await handshake.RunAsync(dialler, listener, a, b, _time);
                failed += handshake.CameThrough ? 0 : 1;
                reached = handshake.WasReached;
            }

            // The handshake of either side takes so many short reads and few writes; all were hit.
            Assert.InRange(failed, 20, 60);
        }
    }

    [Fact]
    public async Task A_thousand_handshakes_over_sockets_that_break_at_random_awaits_leave_no_handle()
    {
        TcpTransport transport = new(TimeProvider.System, NullLogger<TcpTransport>.Instance);
        using TcpListenerSocket socket = transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using HandshakePath dialler = new(_time), listener = new(_time);
        Random random = new(22);
        int sockets = 0, failed = 0;
        for (int i = -1; i < 1000; i++)
        {
            Task<TcpConnection> accepting = socket.AcceptAsync(StreamReading.HangGuard).AsTask();
            TcpConnection dialed = await transport.DialAsync(socket.LocalEndPoint, FakeHost.HangGuard, StreamReading.HangGuard);
            FaultyHandshake handshake = new(random.Next(40), (TransportFault)random.Next(3), random.Next(2) == 0);
            await handshake.RunAsync(dialler, listener, dialed, await accepting, _time);
            failed += handshake.CameThrough ? 0 : 1;
            sockets = i < 0 ? ProcessCounts.Sockets() : sockets;
        }

        Assert.InRange(failed, 500, 1000);
        await Until.TrueAsync(() => ProcessCounts.Sockets() <= sockets);
    }
}
