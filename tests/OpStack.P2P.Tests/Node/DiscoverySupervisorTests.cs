using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;
using OpStack.P2P.Node;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Discovery;
using OpStack.P2P.Tests.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Node;

/// <summary>Discovery that fails while the node runs, on fake networks and a fake clock.</summary>
public sealed class DiscoverySupervisorTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Secp256k1PrivateKey _key = TestRecords.Key(0);
    private readonly List<FakeNetwork> _networks = [];
    private readonly List<IReadOnlyList<IPEndPoint>?> _asked = [];
    private readonly List<GaterBan> _bans = [];
    private readonly PartBoard _board;
    private readonly DiscoverySupervisor _supervisor;
    private int _failures;

    public DiscoverySupervisorTests()
    {
        _board = new PartBoard(_time, NullLogger.Instance);
        _supervisor = new DiscoverySupervisor(Build, () => _bans, _board, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task A_deaf_driver_is_replaced_at_the_same_ports_and_the_new_one_is_told_the_bans()
    {
        _bans.Add(new GaterBan(TestPeers.Of(1), null, "low-score", default, default, TimeSpan.FromMinutes(7)));
        _bans.Add(new GaterBan(null, IPAddress.Parse("52.9.9.9"), "operator", default, default, TimeSpan.FromMinutes(8)));
        await _supervisor.StartAsync(CancellationToken.None);
        Discv5Handler first = _supervisor.Handler!;
        Assert.Equal(2, _networks[0].CountOf("ban"));

        await GoDeafAsync();
        Assert.NotSame(first, _supervisor.Handler);
        Assert.Equal(1, _networks[0].CountOf("dispose"));
        Assert.Equal([null, _networks[0].LocalEndPoints], _asked);
        Assert.Equal(1, _networks[1].CountOf("ban 52.9.9.9 00:08:00"));
        Assert.Equal(2, _networks[1].CountOf("ban"));
        PartStatus status = Status();
        Assert.Equal((PartState.Running, 1L), (status.State, status.Faults));
    }

    [Fact]
    public async Task A_moment_of_silence_is_not_deafness()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        for (int i = 0; i < 10; i++)
        {
            _networks[0].Health = i % 2 == 0 ? Discv5Health.Deaf : Discv5Health.Healthy;
            await LookAsync();
        }

        Assert.Single(_networks);
    }

    [Fact]
    public async Task What_cannot_be_begun_anew_is_tried_again_after_longer_and_longer_pauses()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _failures = 10;
        _networks[0].Health = Discv5Health.Deaf;
        await LookAsync();
        int timers = _time.ActiveTimers;
        Task restart = LookAsync();
        foreach (int pause in new[] { 1, 2, 4, 8, 16, 32, 60, 60, 60, 60 })
        {
            // The old driver's timers are gone, and the pause has one.
            await Until.TrueAsync(() => _time.ActiveTimers == timers - DriverTimers + 1);
            int asked = _asked.Count;
            Assert.Null(_supervisor.Handler);
            Assert.Equal(PartState.Failing, Status().State);
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromTicks(1));
            Assert.Equal(asked, _asked.Count);
            _time.Advance(TimeSpan.FromTicks(1));
            await Until.TrueAsync(() => _asked.Count == asked + 1);
        }

        await restart.WaitAsync(TimeSpan.FromSeconds(60));
        PartStatus status = Status();
        Assert.Equal((PartState.Running, 11L, "no such port"), (status.State, status.Faults, status.LastFault));
    }

    [Fact]
    public async Task What_either_driver_finds_comes_out_of_one_channel()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        await _supervisor.Handler!.AddEnrAsync(TestRecords.Of(1));
        await FoundAsync(TestRecords.Of(1));
        await GoDeafAsync();
        await _supervisor.Handler!.AddEnrAsync(TestRecords.Of(2));
        await FoundAsync(TestRecords.Of(2));
        await _supervisor.DisposeAsync();
        while (_supervisor.Enrs.TryRead(out _))
        {
            // What was found before the end.
        }

        await _supervisor.Enrs.Completion.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_start_that_fails_is_the_callers_to_know()
    {
        _failures = 1;
        await Assert.ThrowsAnyAsync<SocketException>(() => _supervisor.StartAsync(CancellationToken.None));
        Assert.Null(_supervisor.Handler);
    }

    [Fact]
    public async Task A_driver_begun_anew_is_told_the_mapped_address_again()
    {
        MappedAddress mapped = new(IPAddress.Parse("52.9.9.9"), 4001, 4002);
        await _supervisor.StartAsync(CancellationToken.None);
        Assert.Equal(0, _networks[0].CountOf("change"));
        await _supervisor.AdvertiseAsync(mapped, CancellationToken.None);
        Assert.Equal(1, _networks[0].CountOf("change True"));
        await GoDeafAsync();
        Enr now = _supervisor.Handler!.LocalEnr;
        Assert.Equal(("52.9.9.9:4001", "52.9.9.9:4002", 1), (now.Tcp4!.ToString(), now.Udp4!.ToString(), _networks[1].CountOf("change True")));

        await _supervisor.AdvertiseAsync(null, CancellationToken.None);
        now = _supervisor.Handler.LocalEnr;
        Assert.Equal((null, 9222, 9222, 1), (now.Ip4, PortOf(now, "tcp"), PortOf(now, "udp"), _networks[1].CountOf("change False")));
        await GoDeafAsync();
        Assert.Equal(0, _networks[2].CountOf("change"));
    }

    [Fact]
    public async Task What_is_mapped_while_there_is_no_driver_the_next_one_is_told()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _failures = 1;
        _networks[0].Health = Discv5Health.Deaf;
        await LookAsync();
        Task restart = LookAsync();
        await Until.TrueAsync(() => Status().Faults == 2); // Deaf, and not begun anew.
        await _supervisor.AdvertiseAsync(new MappedAddress(IPAddress.Parse("52.9.9.9"), 4001, null), CancellationToken.None);
        Assert.Equal(0, _networks[0].CountOf("change"));

        await Until.TrueAsync(() => _time.HasTimerIn(TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        await restart.WaitAsync(TimeSpan.FromSeconds(60));
        Enr now = _supervisor.Handler!.LocalEnr;
        Assert.Equal(("52.9.9.9:4001", "52.9.9.9:9222"), (now.Tcp4!.ToString(), now.Udp4!.ToString()));
    }

    [Fact]
    public async Task Telling_a_driver_whose_time_is_over_is_no_fault()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _networks[0].ChangeFailure = new Discv5Exception(Discv5Error.Stopped, "The discovery service ended.");
        await _supervisor.AdvertiseAsync(new MappedAddress(IPAddress.Parse("52.9.9.9"), 4001, 4002), CancellationToken.None);
        await GoDeafAsync();
        Assert.Equal("52.9.9.9:4002", _supervisor.Handler!.LocalEnr.Udp4!.ToString());
    }

    private static int PortOf(Enr record, string key) => record.TryGetUInt64(key, out ulong port) ? (int)port : 0;

    // Lookups and saves.
    private static int DriverTimers => 2;

    private Discv5Driver Build(IReadOnlyList<IPEndPoint>? bound)
    {
        _asked.Add(bound);
        if (_failures > 0)
        {
            _failures--;
            throw new SocketExceptionWith("no such port");
        }

        DiscoverySettings settings = new()
        {
            LocalNode = new LocalNode(_key, IPAddress.Parse("52.0.0.1"), 9222, 9222),
            ChainId = TestRecords.ChainId,
            Interval = TimeSpan.FromDays(1),
            RandomizeInterval = null,
            StoreInterval = TimeSpan.FromDays(1),
            BootNodes = BootNodes.None,
            StoreFile = null,
            Forward = true,
            AllowPrivateAddresses = false,
            Resolver = (_, _, _) => throw new SocketException(11001),
        };
        FakeNetwork network = new(LocalRecord.Create(settings.LocalNode, settings.ChainId, _time));
        _networks.Add(network);
        return new Discv5Driver(settings, network, _time, new Random(1), NullLogger.Instance);
    }

    private async Task GoDeafAsync()
    {
        Discv5Handler before = _supervisor.Handler!;
        _networks[^1].Health = Discv5Health.Deaf;
        await LookAsync();
        await LookAsync();
        await Until.TrueAsync(() => _supervisor.Handler is { } now && now != before);
    }

    private Task LookAsync() => _supervisor.LookAsync(CancellationToken.None);

    private PartStatus Status() => _board.Snapshot().Single(status => status.Part == NetworkPart.Discovery);

    /// <summary>The record comes out; others may before it, and again.</summary>
    private async Task FoundAsync(Enr record)
    {
        Enr next;
        do
        {
            next = await _supervisor.Enrs.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
        while (next.NodeId != record.NodeId);
    }

    private sealed class SocketExceptionWith(string message) : SocketException((int)SocketError.AddressAlreadyInUse)
    {
        public override string Message => message;
    }
}
