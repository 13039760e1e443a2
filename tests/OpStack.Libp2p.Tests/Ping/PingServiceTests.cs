using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Ping;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Ping;

public class PingServiceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeHost _host = new(lastOctet: 1);
    private readonly FakeHost _peer = new(lastOctet: 2);
    private readonly PingService _service;

    public PingServiceTests()
    {
        _service = new PingService(_host, _time, bytes => bytes.Fill(0xab));
        _service.Start();
        _host.Connect(_peer);
    }

    [Fact]
    public async Task Two_nodes_ping_each_other()
    {
        PingService other = new(_peer, _time);
        other.Start();
        Assert.Equal(TimeSpan.Zero, await _service.PingAsync(_peer.LocalPeerId, CancellationToken.None).AsTask().WaitAsync(FakeHost.HangGuard));
        Assert.Equal(TimeSpan.Zero, await other.PingAsync(_host.LocalPeerId, CancellationToken.None).AsTask().WaitAsync(FakeHost.HangGuard));
    }

    [Fact]
    public async Task The_round_trip_is_measured_and_the_ping_is_random_bytes()
    {
        byte[] ping = new byte[32];
        _peer.SetStreamHandler(PingService.Protocol, async (stream, token) =>
        {
            await stream.Bytes.ReadAsync(ping, token);
            _time.Advance(TimeSpan.FromMilliseconds(123));
            await stream.Bytes.WriteAsync(ping, token);
        });
        Assert.Equal(TimeSpan.FromMilliseconds(123), await _service.PingAsync(_peer.LocalPeerId, CancellationToken.None));
        Assert.All(ping, b => Assert.Equal(0xab, b));
    }

    [Theory]
    [InlineData("another echo")]
    [InlineData("a short echo")]
    [InlineData("no echo")]
    public async Task A_wrong_echo_is_a_violation(string echo)
    {
        _peer.SetStreamHandler(PingService.Protocol, async (stream, token) =>
        {
            byte[] ping = new byte[32];
            await stream.Bytes.ReadAsync(ping, token);
            ping[31] ^= 1;
            int length = echo switch { "another echo" => 32, "a short echo" => 31, _ => 0 };
            await stream.Bytes.WriteAsync(ping.AsMemory(0, length), token);
            await stream.Bytes.CloseWriteAsync(token);
        });
        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await _service.PingAsync(_peer.LocalPeerId, CancellationToken.None));
        Assert.Equal(Libp2pError.ProtocolViolation, e.Error);
    }

    [Fact]
    public async Task No_answer_in_10_seconds_is_a_timeout()
    {
        _peer.SetStreamHandler(PingService.Protocol, (_, _) => Task.CompletedTask);
        Task<TimeSpan> ping = _service.PingAsync(_peer.LocalPeerId, CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(ping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => ping.WaitAsync(FakeHost.HangGuard));
        Assert.Equal(Libp2pError.Timeout, e.Error);
    }

    [Fact]
    public async Task The_callers_cancellation_stays_a_cancellation()
    {
        _peer.SetStreamHandler(PingService.Protocol, (_, _) => Task.CompletedTask);
        using CancellationTokenSource cancel = new();
        Task<TimeSpan> ping = _service.PingAsync(_peer.LocalPeerId, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ping.WaitAsync(FakeHost.HangGuard));
    }

    [Fact]
    public async Task An_unreachable_peer_is_reported_as_such()
    {
        using KeyPair stranger = KeyPair.GenerateEd25519();
        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await _service.PingAsync(stranger.PeerId, CancellationToken.None));
        Assert.Equal(Libp2pError.NotConnected, e.Error);
    }

    [Fact]
    public async Task One_stream_carries_many_pings_and_ends_with_its_opener()
    {
        IByteStream stream = await Open();
        for (byte i = 0; i < 10; i++)
        {
            Assert.True(await Echoes(stream, i));
        }

        await stream.CloseWriteAsync(CancellationToken.None);
        await _host.Served.Single().WaitAsync(FakeHost.HangGuard);
    }

    [Fact]
    [Trait("Row", "31")]
    public async Task A_third_stream_of_a_peer_is_reset_and_an_ended_one_makes_room()
    {
        IByteStream first = await Open(), second = await Open();
        Assert.True(await Echoes(first, 1));
        Assert.True(await Echoes(second, 2));
        IByteStream third = await Open();
        await Assert.ThrowsAsync<Libp2pException>(() => Echoes(third, 3));

        FakeHost other = new(lastOctet: 3);
        other.Connect(_host);
        ProtocolStream theirs = await other.OpenStreamAsync(_host.LocalPeerId, [PingService.Protocol], CancellationToken.None);
        Assert.True(await Echoes(theirs.Bytes, 4));

        await first.CloseWriteAsync(CancellationToken.None);
        await _host.Served.First().WaitAsync(FakeHost.HangGuard);
        Assert.True(await Echoes(await Open(), 5));
    }

    [Fact]
    [Trait("Row", "31")]
    public async Task A_thousand_streams_leave_two_served()
    {
        for (int i = 0; i < 1_000; i++)
        {
            await Open();
        }

        await FakeHost.Until(() => _host.Served.Count(t => t.IsCompleted) == 998);
        Assert.Equal(2, _host.Served.Count(t => !t.IsCompleted));
    }

    [Fact]
    [Trait("Row", "31")]
    public async Task A_stream_that_rests_for_10_seconds_is_reset()
    {
        IByteStream stream = await Open();
        Assert.True(await Echoes(stream, 1));
        await FakeHost.Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _host.Served.Single().IsCompleted;
        });
        await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadAsync(new byte[1], CancellationToken.None));
    }

    [Fact]
    [Trait("Row", "31")]
    public async Task A_flood_is_echoed_at_ten_a_second_after_a_burst()
    {
        IByteStream stream = await Open();
        byte[] flood = new byte[32 * 1_000];
        await stream.WriteAsync(flood, CancellationToken.None);
        byte[] echoed = new byte[flood.Length];
        int total = 0;
        Task reading = Task.Run(async () =>
        {
            while (total < flood.Length)
            {
                Interlocked.Add(ref total, await stream.ReadAsync(echoed, CancellationToken.None));
            }
        });
        await FakeHost.Until(() => Volatile.Read(ref total) == PingLimits.Size * PingLimits.Burst);
        TimeSpan elapsed = TimeSpan.Zero;
        await FakeHost.Until(() =>
        {
            elapsed += TimeSpan.FromMilliseconds(10);
            _time.Advance(TimeSpan.FromMilliseconds(10));
            int pings = Volatile.Read(ref total) / PingLimits.Size;
            Assert.InRange(pings, PingLimits.Burst, PingLimits.Burst + (int)(elapsed / PingLimits.Interval));
            return pings >= PingLimits.Burst + 20;
        });

        Assert.False(reading.IsCompleted);
        stream.Abort();
        await Assert.ThrowsAsync<Libp2pException>(() => reading);
    }

    private async Task<IByteStream> Open() =>
        (await _peer.OpenStreamAsync(_host.LocalPeerId, [PingService.Protocol], CancellationToken.None)).Bytes;

    private static async Task<bool> Echoes(IByteStream stream, byte value)
    {
        using CancellationTokenSource guard = new(FakeHost.HangGuard);
        byte[] ping = new byte[32], echo = new byte[32];
        ping.AsSpan().Fill(value);
        await stream.WriteAsync(ping, guard.Token);
        int filled = 0;
        while (filled < echo.Length)
        {
            int read = await stream.ReadAsync(echo.AsMemory(filled), guard.Token);
            if (read == 0)
            {
                return false;
            }

            filled += read;
        }

        return ping.AsSpan().SequenceEqual(echo);
    }
}
