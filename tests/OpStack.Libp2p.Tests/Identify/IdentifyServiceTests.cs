using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;
using Oracle = OpStack.Libp2p.Tests.Protos.IdentifyMessage;

namespace OpStack.Libp2p.Tests.Identify;

public sealed class IdentifyServiceTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeHost _host = new(lastOctet: 1);
    private readonly FakeHost _peer = new(lastOctet: 2);
    private readonly TestContext _context;
    private readonly IdentifyService _service;

    public IdentifyServiceTests()
    {
        _context = new TestContext(_host);
        _service = new IdentifyService(_host, _context, _time, NullLogger.Instance);
        _service.Start();
    }

    [Fact]
    public async Task Two_nodes_identify_each_other_at_once()
    {
        TestContext other = new(_peer) { AgentVersion = "other" };
        await using IdentifyService service = new(_peer, other, _time, NullLogger.Instance);
        service.Start();
        _host.Connect(_peer);

        (PeerId peer, IdentifyInfo info) = await _context.NextReport();
        Assert.Equal((_peer.LocalPeerId, "other", "test/1"), (peer, info.AgentVersion, info.ProtocolVersion));
        Assert.Equal(["/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0"], info.Protocols);
        Assert.Equal([_peer.Address], info.ListenAddresses);
        Assert.Equal(_host.Address, info.ObservedAddress);
        (peer, info) = await other.NextReport();
        Assert.Equal((_host.LocalPeerId, "agent"), (peer, info.AgentVersion));
    }

    [Fact]
    public async Task A_query_that_dies_with_the_losing_half_of_a_simultaneous_dial_is_asked_again()
    {
        TestContext other = new(_peer);
        await using IdentifyService service = new(_peer, other, _time, NullLogger.Instance);
        service.Start();
        _host.Faults.Enqueue(new Libp2pException(Libp2pError.ConnectionClosed, "displaced"));
        _host.Connect(_peer);

        Task<(PeerId Peer, IdentifyInfo Info)> report = _context.NextReport();
        await FakeHost.Until(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return report.IsCompleted;
        });
        Assert.Equal(_peer.LocalPeerId, (await report).Peer);
    }

    [Fact]
    [Trait("Row", "22")]
    public async Task A_peer_that_is_gone_before_it_is_asked_again_leaves_nothing_that_waits()
    {
        int timers = _time.ActiveTimers;
        _host.Faults.Enqueue(new Libp2pException(Libp2pError.ConnectionClosed, "reset"));
        _host.Connect(_peer);
        await Until.TrueAsync(() => _time.HasTimerIn(IdentifyLimits.QueryRetryDelay));

        _host.Disconnect(_peer);

        await Until.TrueAsync(() => _time.ActiveTimers == timers);
    }

    [Fact]
    public async Task The_answer_is_one_message_with_a_record_signed_once_per_address_set()
    {
        _host.Connect(_peer);
        Oracle first = await Ask(), second = await Ask();
        Assert.Equal(first.SignedPeerRecord, second.SignedPeerRecord);
        Assert.Equal(_peer.Address.Bytes.ToArray(), first.ObservedAddr.ToByteArray());

        _context.ListenAddresses = [];
        Oracle third = await Ask();
        Assert.True(PeerRecord.TryOpen(second.SignedPeerRecord.Span, out PeerRecord? old));
        Assert.True(PeerRecord.TryOpen(third.SignedPeerRecord.Span, out PeerRecord? changed));
        Assert.True(changed.Sequence > old.Sequence);
        Assert.Empty(changed.Addresses);
    }

    [Fact]
    public async Task A_change_is_pushed_to_peers_that_asked_and_take_pushes()
    {
        TestContext other = new(_peer);
        await using IdentifyService service = new(_peer, other, _time, NullLogger.Instance);
        service.Start();
        FakeHost silent = new(lastOctet: 3);
        _host.Connect(silent);
        _host.Connect(_peer);
        await _context.NextReport();
        await other.NextReport();

        _host.SetStreamHandler("/new/1", (_, _) => Task.CompletedTask);
        _service.NotifyChanged();
        (PeerId peer, IdentifyInfo info) = await other.NextReport();
        Assert.Equal(_host.LocalPeerId, peer);
        Assert.Contains("/new/1", info.Protocols);
        Assert.Empty(silent.Served);
    }

    [Fact]
    public async Task A_change_before_we_know_that_the_peer_takes_pushes_is_pushed_later()
    {
        TaskCompletionSource answer = new();
        TaskCompletionSource<Oracle> pushed = new();
        _peer.SetStreamHandler(IdentifyService.Protocol, async (stream, _) =>
        {
            await answer.Task;
            await Send(stream.Bytes, new Oracle { Protocols = { IdentifyService.PushProtocol } }.ToByteArray());
        });
        _peer.SetStreamHandler(IdentifyService.PushProtocol, async (stream, _) => pushed.SetResult(await Receive(stream.Bytes)));
        _host.Connect(_peer);
        await Ask();
        _context.AgentVersion = "changed";
        _service.NotifyChanged();
        answer.SetResult();
        Assert.Equal("changed", (await pushed.Task.WaitAsync(FakeHost.HangGuard)).AgentVersion);
    }

    [Fact]
    public async Task At_most_32_pushes_run_at_once()
    {
        const int Peers = 40;
        SemaphoreSlim release = new(0);
        int running = 0, most = 0, done = 0;
        for (int i = 0; i < Peers; i++)
        {
            FakeHost peer = new(lastOctet: i + 10);
            peer.SetStreamHandler(IdentifyService.Protocol, (stream, _) => Send(stream.Bytes, new Oracle { Protocols = { IdentifyService.PushProtocol } }.ToByteArray()));
            peer.SetStreamHandler(IdentifyService.PushProtocol, async (stream, _) =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await release.WaitAsync();
                await Receive(stream.Bytes);
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref done);
            });
            _host.Connect(peer);
            await AskAs(peer);
            await _context.NextReport();
        }

        _service.NotifyChanged();
        await FakeHost.Until(() => Volatile.Read(ref running) == 32);
        release.Release(Peers);
        await FakeHost.Until(() => Volatile.Read(ref done) == Peers);
        Assert.Equal(32, most);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("64 KiB")]
    [InlineData("eleven messages")]
    [InlineData("garbage")]
    [InlineData("cut off")]
    [Trait("Row", "29")]
    public async Task A_refused_answer_stores_nothing(string answer)
    {
        byte[] valid = LengthPrefix.Frame(new Oracle { AgentVersion = "x" }.ToByteArray());
        byte[] bytes = answer switch
        {
            "nothing" => [],
            "64 KiB" => LengthPrefix.Frame(new Oracle { AgentVersion = new string('x', 65_536) }.ToByteArray()),
            "eleven messages" => [.. Enumerable.Repeat(valid, 11).SelectMany(m => m)],
            "garbage" => LengthPrefix.Frame([0x0b, 1, 2]),
            _ => valid[..^1],
        };
        _peer.SetStreamHandler(IdentifyService.Protocol, (stream, _) => SendRaw(stream.Bytes, bytes));
        _host.Connect(_peer);
        await FakeHost.Until(() => _peer.Served.Count == 1 && _peer.Served.All(t => t.IsCompleted));

        // A valid push afterwards is the first thing that is known of the peer.
        await Push(new Oracle { AgentVersion = "pushed" });
        Assert.Equal("pushed", (await _context.NextReport()).Info.AgentVersion);
        Assert.Equal(0, _context.PendingReports);
    }

    [Fact]
    [Trait("Row", "29")]
    public async Task Ten_messages_are_merged()
    {
        byte[] parts = [.. Enumerable.Range(0, 10).SelectMany(i => LengthPrefix.Frame(new Oracle { Protocols = { $"/{i}" } }.ToByteArray()))];
        _peer.SetStreamHandler(IdentifyService.Protocol, (stream, _) => SendRaw(stream.Bytes, parts));
        _host.Connect(_peer);
        Assert.Equal(10, (await _context.NextReport()).Info.Protocols.Count);
    }

    [Fact]
    [Trait("Row", "29")]
    public async Task A_peer_that_does_not_answer_is_given_up_at_the_deadline()
    {
        TaskCompletionSource reset = new();
        _peer.SetStreamHandler(IdentifyService.Protocol, async (stream, _) =>
        {
            await Assert.ThrowsAsync<Libp2pException>(async () => await stream.Bytes.ReadAsync(new byte[1], CancellationToken.None));
            reset.SetResult();
        });
        _host.Connect(_peer);
        await FakeHost.Until(() => _peer.Served.Count == 1);
        await AdvanceUntil(() => reset.Task.IsCompleted);
        Assert.Equal(0, _context.PendingReports);
    }

    [Fact]
    public async Task A_record_with_a_lower_number_is_refused()
    {
        _host.Connect(_peer);
        await Push(Signed(5, "five"));
        Assert.Equal("five", (await _context.NextReport()).Info.AgentVersion);
        await Push(Signed(4, "four"));
        await Push(Signed(5, "five again"));
        Assert.Equal("five again", (await _context.NextReport()).Info.AgentVersion);
        Assert.Equal(0, _context.PendingReports);
    }

    [Fact]
    [Trait("Row", "30")]
    public async Task A_hundred_pushes_a_second_for_a_minute_are_read_22_times()
    {
        _host.Connect(_peer);
        for (int i = 0; i <= 6_000; i++)
        {
            await Push(new Oracle { AgentVersion = "x" });
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(22, _context.PendingReports);
        Assert.Equal(6_001, _host.Served.Count);
        Assert.All(_host.Served, t => Assert.True(t.IsCompletedSuccessfully));
    }

    [Fact]
    [Trait("Row", "30")]
    public async Task A_push_of_an_unknown_peer_is_reset()
    {
        _host.Connect(_peer);
        _host.Disconnect(_peer);
        FakeHost stranger = new(lastOctet: 9);
        stranger.Connect(_host);
        _service.OnPeerDisconnected(stranger.LocalPeerId);
        await PushAs(stranger, new Oracle { AgentVersion = "x" });
        Assert.Equal(0, _context.PendingReports);
    }

    [Fact]
    public async Task Disposal_ends_what_is_under_way()
    {
        TaskCompletionSource opened = new();
        _peer.SetStreamHandler(IdentifyService.Protocol, (_, _) =>
        {
            opened.SetResult();
            return Task.CompletedTask;
        });
        _host.Connect(_peer);
        await opened.Task.WaitAsync(FakeHost.HangGuard);
        await _service.DisposeAsync().AsTask().WaitAsync(FakeHost.HangGuard);
        await _service.DisposeAsync();
        _service.NotifyChanged();
        Assert.Equal(0, _context.PendingReports);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private Task<Oracle> Ask() => AskAs(_peer);

    private async Task<Oracle> AskAs(FakeHost peer)
    {
        ProtocolStream stream = await peer.OpenStreamAsync(_host.LocalPeerId, [IdentifyService.Protocol], CancellationToken.None);
        return await Receive(stream.Bytes);
    }

    private Task Push(Oracle message) => PushAs(_peer, message);

    /// <summary>Pushes and waits until the service is done with it, one way or the other.</summary>
    private async Task PushAs(FakeHost peer, Oracle message)
    {
        ProtocolStream stream = await peer.OpenStreamAsync(_host.LocalPeerId, [IdentifyService.PushProtocol], CancellationToken.None);
        try
        {
            await Send(stream.Bytes, message.ToByteArray());
        }
        catch (Exception e) when (e is Libp2pException or InvalidOperationException)
        {
            // The service reset the stream before all was written.
        }

        await _host.Served.Last().WaitAsync(FakeHost.HangGuard);
    }

    private Oracle Signed(ulong sequence, string agent) => new()
    {
        AgentVersion = agent,
        SignedPeerRecord = ByteString.CopyFrom(PeerRecord.Seal(_peer.Key, sequence, [_peer.Address])),
    };

    private async Task AdvanceUntil(Func<bool> condition) => await FakeHost.Until(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    private static Task Send(IByteStream stream, byte[] message) => SendRaw(stream, LengthPrefix.Frame(message));

    private static async Task SendRaw(IByteStream stream, byte[] bytes)
    {
        await stream.WriteAsync(bytes, CancellationToken.None);
        await stream.CloseWriteAsync(CancellationToken.None);
    }

    private static async Task<Oracle> Receive(IByteStream stream)
    {
        using CancellationTokenSource guard = new(FakeHost.HangGuard);
        LengthPrefixedReader reader = new(stream);
        LengthPrefixedFrame frame = await reader.ReadAsync(4_096, guard.Token);
        Assert.True(frame.IsFrame);
        Assert.Equal(FrameStatus.EndOfStream, (await reader.ReadAsync(4_096, guard.Token)).Status);
        await stream.CloseWriteAsync(guard.Token);
        return Oracle.Parser.ParseFrom(frame.Bytes.Span);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
