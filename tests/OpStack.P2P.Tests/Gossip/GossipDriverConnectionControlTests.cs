using System.Net;
using System.Threading.Channels;
using OpStack.Discv5.Records;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>Blocks, bans, static peers and what is remembered, with real drivers on loopback.</summary>
public sealed class GossipDriverConnectionControlTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("peers");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    [Trait("Row", "33")]
    public async Task A_block_closes_the_connection_and_keeps_the_peer_out_both_ways()
    {
        await using DriverNode us = await DriverNode.StartAsync();
        await using DriverNode them = await DriverNode.StartAsync();
        await us.ConnectAsync(them);

        us.Driver.Gater.BlockPeer(them.PeerId);
        Assert.Empty(us.Driver.ConnectedPeers); // At once at our end.
        await Until.TrueAsync(() => them.Driver.ConnectedPeers.Count == 0);
        Libp2pException refused = await Assert.ThrowsAsync<Libp2pException>(() => us.Driver.DialAsync(them.Address).AsTask());
        Assert.Equal((Libp2pError.GateRefused, GateVerdict.PeerBlocked), (refused.Error, refused.Verdict));
        await KnockAsync(them, us, RefusalReason.Gate);

        us.Driver.Gater.UnblockPeer(them.PeerId);
        await us.ConnectAsync(them);
    }

    [Theory]
    [Trait("Row", "33")]
    [InlineData("127.0.0.1", null)]
    [InlineData("::ffff:127.0.0.1", null)]
    [InlineData(null, "127.0.0.0/8")]
    [InlineData(null, "::ffff:127.0.0.0/104")]
    public async Task A_blocked_address_or_subnet_is_refused_before_the_handshake(string? address, string? subnet)
    {
        await using DriverNode us = await DriverNode.StartAsync();
        await using DriverNode them = await DriverNode.StartAsync();
        await them.ConnectAsync(us);

        if (address is not null)
        {
            us.Driver.Gater.BlockAddr(IPAddress.Parse(address));
        }
        else
        {
            us.Driver.Gater.BlockSubnet(IPNetwork.Parse(subnet!));
        }

        Assert.Empty(us.Driver.ConnectedPeers);
        await Until.TrueAsync(() => them.Driver.ConnectedPeers.Count == 0);
        long handshakes = us.Driver.ConnectionManager.Statistics.HandshakesBegun;
        await KnockAsync(them, us, RefusalReason.Gate);
        Assert.Equal(handshakes, us.Driver.ConnectionManager.Statistics.HandshakesBegun);
        Libp2pException refused = await Assert.ThrowsAsync<Libp2pException>(() => us.Driver.DialAsync(them.Address).AsTask());
        Assert.Equal(Libp2pError.GateRefused, refused.Error);
    }

    [Fact]
    public async Task A_peer_whose_score_falls_is_banned_kept_out_and_let_in_again_after_an_hour()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
        FakeScores scores = new();
        // Short of the connections' own deadlines: a write may be under way while the clock jumps.
        PeerMonitoring monitoring = new() { InspectionInterval = TimeSpan.FromSeconds(1) };
        await using DriverNode us = await DriverNode.StartAsync(b => b.WithTimeProvider(clock).WithPeerScores(scores).WithPeerMonitoring(monitoring));
        await using DriverNode them = await DriverNode.StartAsync();
        await using DriverNode friend = await DriverNode.StartAsync();
        await them.Driver.DialAsync(us.Address);
        await friend.Driver.DialAsync(us.Address);
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Count == 2);

        scores.Set(them.PeerId, -100.01, ScoreCause.InvalidMessages);
        clock.Advance(monitoring.InspectionInterval);
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Count == 1 && them.Driver.ConnectedPeers.Count == 0);
        Assert.Equal([friend.PeerId], us.Driver.ConnectedPeers);
        GaterBan ban = Assert.Single(us.Driver.Gater.ListBans());
        Assert.Equal((them.PeerId, "invalid-messages", TimeSpan.FromHours(1)), (ban.Peer, ban.Reason, ban.Remaining));
        await KnockAsync(them, us, RefusalReason.Gate);
        Libp2pException refused = await Assert.ThrowsAsync<Libp2pException>(() => us.Driver.DialAsync(them.Address).AsTask());
        Assert.Equal(GateVerdict.PeerBanned, refused.Verdict);

        scores.Set(them.PeerId, 0);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(us.Driver.Gater.ListBans());
        await us.Driver.DialAsync(them.Address).AsTask().WaitAsync(DriverNode.Patience);
        await Until.TrueAsync(() => them.Driver.ConnectedPeers.Count == 1);
    }

    [Fact]
    public async Task A_static_peer_comes_back_after_it_was_killed()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
        using KeyPair key = KeyPair.GenerateSecp256k1();
        GossipDriver them = DriverNode.Builder(key).Build();
        await them.StartAsync();
        Multiaddr address = them.ListenAddresses[0].WithPeerId(them.LocalPeerId);
        await using DriverNode us = await DriverNode.StartAsync(b => b.WithTimeProvider(clock).WithStaticPeers([address]));
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Count == 1);
        Assert.True(us.Driver.ConnectionManager.IsProtected(them.LocalPeerId, "static"));
        Assert.False(us.Driver.Gater.BanPeer(them.LocalPeerId, TimeSpan.FromHours(1), "x"));

        await them.DisposeAsync();
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Count == 0);
        clock.Advance(TimeSpan.FromSeconds(6));
        await Until.TrueAsync(() => us.Driver.ConnectionManager.Statistics.DialsFailed.Values.Sum() == 1);

        await using GossipDriver again = DriverNode.Builder(key, address: address.WithoutPeerId()).Build();
        await again.StartAsync();
        await Until.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return us.Driver.ConnectedPeers.Count == 1;
        });
    }

    [Fact]
    public async Task Mesh_peers_are_the_last_to_be_trimmed()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
        await using DriverNode us = await DriverNode.StartAsync(b => b.WithTimeProvider(clock));
        await using DriverNode them = await DriverNode.StartAsync();
        await them.Driver.DialAsync(us.Address);
        await Until.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return us.Driver.ConnectionManager.GetValue(them.PeerId) == 100;
        });
        Assert.True(await us.HasInMeshAsync(them));
    }

    [Fact]
    public async Task Direct_peers_are_not_trimmed()
    {
        PeerId named = TestPeers.Of(1), addressed = TestPeers.Of(2);
        await using DriverNode us = DriverNode.Build(b => b
            .WithConfig(new GossipsubOptions { DirectPeers = [named] })
            .WithDirectPeers([TestPeers.Address().WithPeerId(addressed)]));
        Assert.True(us.Driver.ConnectionManager.IsProtected(named, "direct"));
        Assert.True(us.Driver.ConnectionManager.IsProtected(addressed, "direct"));
    }

    [Fact]
    public async Task A_ban_by_score_reaches_whoever_was_added()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
        FakeScores scores = new();
        PeerMonitoring monitoring = new() { InspectionInterval = TimeSpan.FromSeconds(1), BanDuration = TimeSpan.FromMinutes(7) };
        await using DriverNode us = await DriverNode.StartAsync(b => b.WithTimeProvider(clock).WithPeerScores(scores).WithPeerMonitoring(monitoring));
        await using DriverNode them = await DriverNode.StartAsync();
        OrderedBans told = new();
        us.Driver.AddBanTarget(told);
        await them.Driver.DialAsync(us.Address);
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Count == 1);

        scores.Set(them.PeerId, -101, ScoreCause.InvalidMessages);
        clock.Advance(monitoring.InspectionInterval);
        BanOrder order = await told.First.Task.WaitAsync(DriverNode.Patience);
        Assert.Equal((them.PeerId, TimeSpan.FromMinutes(7), "invalid-messages", -101), (order.Peer, order.Duration, order.Reason, order.Score));
        Assert.Empty(order.Addresses); // Loopback is not banned.
    }

    [Fact]
    public async Task A_restart_keeps_blocks_bans_addresses_scores_and_what_peers_said()
    {
        using KeyPair key = KeyPair.GenerateSecp256k1();
        await using DriverNode them = await DriverNode.StartAsync();
        PeerStoreOptions options = new() { Directory = _directory.FullName };
        GossipDriver first = DriverNode.Builder(key).WithPeerStore(options).Build();
        await first.StartAsync();
        await first.DialAsync(them.Address);
        await Until.TrueAsync(() => first.PeerStore.Get(them.PeerId) is { AgentVersion: "opstack-p2p" });
        first.Gater.BlockPeer(TestPeers.Of(1));
        first.Gater.BanPeer(TestPeers.Of(2), TimeSpan.FromHours(1), "low-score");
        StoredScore bad = new(-42.5, ScoreCause.Behaviour, 9, 0, [], DateTimeOffset.UtcNow + TimeSpan.FromMinutes(10));
        first.PeerStore.SetScores([new(TestPeers.Of(3), bad)]);
        await first.DisposeAsync();

        await using GossipDriver second = DriverNode.Builder(key).WithPeerStore(options).Build();
        await second.StartAsync();
        Assert.Equal([TestPeers.Of(1)], second.Gater.ListBlockedPeers());
        Assert.Equal(TestPeers.Of(2), Assert.Single(second.Gater.ListBans()).Peer);
        Assert.Equal((-42.5, ScoreCause.Behaviour), (second.PeerStore.Read(TestPeers.Of(3)).Score, second.PeerStore.Read(TestPeers.Of(3)).Cause));
        Assert.Contains((await second.GetSnapshotAsync()).Scores, score => score.Peer.Equals(TestPeers.Of(3)) && score.Total < 0); // Gossip goes by it.
        StoredPeer known = second.PeerStore.Get(them.PeerId)!;
        Assert.Equal(("opstack-p2p", ConnectionDirection.Outbound, false), (known.AgentVersion, known.Direction, known.IsConnected));
        Assert.NotNull(known.DisconnectedAt); // The end of the first driver was written down.
        Assert.Equal(them.Driver.ListenAddresses[0], known.Addresses[0].Address);
        Assert.Contains("/meshsub/1.2.0", known.Protocols);

        // Remembered peers are dialled without discovery.
        _ = second.DialDiscoveredAsync(Channel.CreateUnbounded<Enr>().Reader);
        await Until.TrueAsync(() => second.ConnectedPeers.Count == 1);
    }

    [Fact]
    public async Task What_discovery_finds_is_dialled_until_there_are_enough()
    {
        await using KnownNode first = await KnownNode.StartAsync(1);
        await using KnownNode second = await KnownNode.StartAsync(2);
        await using DriverNode us = await DriverNode.StartAsync(b => b
            .WithDiscoveryDials(new DiscoveryDialOptions { FastInterval = Soon, SlowInterval = Soon, Workers = 1 })
            .WithConnectionLimits(new ConnectionLimits { LowWater = 1, OutboundReserve = 1 }));
        Channel<Enr> found = Channel.CreateUnbounded<Enr>();
        using CancellationTokenSource stop = new();
        Task dialling = us.Driver.DialDiscoveredAsync(found.Reader, stop.Token);
        found.Writer.TryWrite(first.Record);
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Count == 1);
        found.Writer.TryWrite(second.Record);
        await Until.TrueAsync(() => us.Driver.PeerStore.Count == 2);
        Assert.Equal(1, us.Driver.ConnectionManager.Statistics.DialsSucceeded);

        await first.DisposeAsync();
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Contains(second.Driver.LocalPeerId));
        await stop.CancelAsync();
        await dialling.WaitAsync(DriverNode.Patience);
    }

    [Fact]
    public async Task Dialling_discovered_peers_ends_with_the_driver()
    {
        DriverNode us = await DriverNode.StartAsync();
        Task dialling = us.Driver.DialDiscoveredAsync(Channel.CreateUnbounded<Enr>().Reader);
        await us.DisposeAsync();
        await dialling.WaitAsync(DriverNode.Patience);
    }

    [Fact]
    public async Task Round_trips_to_all_peers_are_measured_every_three_minutes()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
        await using DriverNode us = await DriverNode.StartAsync(b => b.WithTimeProvider(clock));
        await using DriverNode them = await DriverNode.StartAsync();
        await them.Driver.DialAsync(us.Address);
        await Until.TrueAsync(() => us.Driver.ConnectedPeers.Count == 1);
        for (int second = 0; second < 180; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await them.Driver.PingAsync(us.PeerId); // So that keep-alives of the connection are answered in between.
        }

        await Until.TrueAsync(() => us.Driver.PeerStore.Get(them.PeerId)?.Latency is not null);
    }

    /// <summary>
    /// <paramref name="from"/> dials, and <paramref name="to"/> refuses for the reason. A dialler may believe itself connected for a
    /// moment.
    /// </summary>
    private static async Task KnockAsync(DriverNode from, DriverNode to, RefusalReason reason)
    {
        long before = to.Driver.ConnectionManager.Statistics.Refused.GetValueOrDefault(reason);
        await ((Task)from.Driver.DialAsync(to.Address).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Until.TrueAsync(() => to.Driver.ConnectionManager.Statistics.Refused.GetValueOrDefault(reason) > before);
        await Until.TrueAsync(() => !from.Driver.ConnectedPeers.Contains(to.PeerId));
        Assert.DoesNotContain(from.PeerId, to.Driver.ConnectedPeers);
    }

    private sealed class OrderedBans : IBanTarget
    {
        public TaskCompletionSource<BanOrder> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask BanAsync(BanOrder order, CancellationToken cancellationToken)
        {
            First.TrySetResult(order);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A driver whose key is known, so that it has a record.</summary>
    private sealed class KnownNode(KeyPair key, GossipDriver driver, Enr record) : IAsyncDisposable
    {
        public GossipDriver Driver => driver;

        public Enr Record => record;

        public static async Task<KnownNode> StartAsync(int number)
        {
            using Secp256k1PrivateKey secret = TestRecords.Key(number);
            byte[] bytes = new byte[Secp256k1PrivateKey.Size];
            secret.Export(bytes);
            KeyPair key = KeyPair.FromSecp256k1(bytes);
            GossipDriver driver = DriverNode.Builder(key).Build();
            (await driver.StartAsync()).TryGetTcpEndPoint(out IPEndPoint? endPoint);
            Enr record = new EnrBuilder(1)
                .SetIp(IPAddress.Loopback)
                .SetTcp((ushort)endPoint!.Port)
                .Set(OpStackEnr.Key, OpStackEnr.FromChainId(DriverNode.ChainId).Encode())
                .Build(secret);
            return new KnownNode(key, driver, record);
        }

        public async ValueTask DisposeAsync()
        {
            await driver.DisposeAsync();
            key.Dispose();
        }
    }
}
