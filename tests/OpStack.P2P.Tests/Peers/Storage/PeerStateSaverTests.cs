using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Storage;

/// <summary>What outlives a restart, and when it is written.</summary>
public sealed class PeerStateSaverTests : IDisposable
{
    private readonly StateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_restart_keeps_addresses_identify_data_records_latency_scores_and_times()
    {
        StateFixture.State before = await _files.SaveSomethingAsync();
        StateFixture.State after = _files.Restart();

        Assert.Equal(3, after.Store.Count);
        foreach (StoredPeer was in before.Store.GetAll())
        {
            StoredPeer isNow = after.Store.Get(was.Peer)!;
            Assert.Equal(was.Addresses, isNow.Addresses);
            Assert.Equal((was.AgentVersion, was.ProtocolVersion), (isNow.AgentVersion, isNow.ProtocolVersion));
            Assert.Equal(was.Protocols, isNow.Protocols);
            Assert.Equal(was.Record, isNow.Record);
            Assert.Equal((was.Latency, was.Direction), (isNow.Latency, isNow.Direction));
            Assert.Equal((was.FirstSeenAt, was.LastSeenAt), (isNow.FirstSeenAt, isNow.LastSeenAt));
            Assert.Equal((was.ConnectedAt, was.DisconnectedAt), (isNow.ConnectedAt, isNow.DisconnectedAt));
            Assert.Equal(was.Score is null, isNow.Score is null);
            Assert.False(isNow.IsConnected);
        }

        StoredScore score = after.Store.Get(TestPeers.Of(2))!.Score!;
        Assert.Equal((-42.5, ScoreCause.InvalidMessages, 1.5, 0.25), (score.Total, score.Cause, score.BehaviourPenalty, score.SlowPeerPenalty));
        Assert.Equal([new StoredTopicScore("/optimism/10/3/blocks", 1, 2, 3)], score.Topics);
        Assert.Equal(new StoredResponses(0.5, 1.5, 2), score.Responses);
        Assert.Equal(_files.Time.GetUtcNow() + TimeSpan.FromMinutes(20), score.ExpiresAt);
        Assert.Empty(_files.Log.Warnings);
    }

    [Fact]
    [Trait("Row", "33")]
    public async Task A_restart_keeps_blocks_and_the_operators_protection()
    {
        await _files.SaveSomethingAsync();
        ConnectionGater gater = _files.Restart().Gater;

        Assert.Equal([TestPeers.Of(4)], gater.ListBlockedPeers());
        Assert.Equal(["2a00::9", "52.9.9.9"], gater.ListBlockedAddrs().Select(a => a.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["10.0.0.0/8", "2a00:99::/32"], gater.ListBlockedSubnets().Select(s => s.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal([TestPeers.Of(5)], gater.ListProtectedPeers()); // The static one protects itself again.
        Assert.Equal(GateVerdict.PeerBlocked, gater.InterceptPeerDial(TestPeers.Of(4)));
        Assert.Equal(GateVerdict.AddressBlocked, gater.InterceptAccept(TestPeers.Address("52.9.9.9"), IPAddress.Parse("::ffff:52.9.9.9")));
        Assert.Equal(GateVerdict.SubnetBlocked, gater.InterceptAccept(TestPeers.Address("2a00:99::1"), IPAddress.Parse("2a00:99::1")));
    }

    [Fact]
    public async Task A_restart_keeps_bans_with_the_time_they_have_left()
    {
        await _files.SaveSomethingAsync();
        _files.Time.Advance(TimeSpan.FromMinutes(20));
        ConnectionGater gater = _files.Restart().Gater;

        Assert.Equal(
            [(TestPeers.Of(7), null, "low-score", TimeSpan.FromMinutes(40)), (null, IPAddress.Parse("52.8.8.8"), "flood", TimeSpan.FromMinutes(100))],
            gater.ListBans().Select(ban => (ban.Peer, ban.Address, ban.Reason, ban.Remaining)));
        _files.Time.Advance(TimeSpan.FromMinutes(40) - TimeSpan.FromTicks(1));
        Assert.Equal(GateVerdict.PeerBanned, gater.InterceptPeerDial(TestPeers.Of(7)));
        _files.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(GateVerdict.Allow, gater.InterceptPeerDial(TestPeers.Of(7)));

        _files.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_files.Restart().Gater.ListBans());
    }

    [Fact]
    public async Task A_clock_set_back_over_a_restart_prolongs_no_ban_beyond_what_was_given()
    {
        await _files.SaveSomethingAsync();
        FakeTimeProvider past = new(_files.Time.GetUtcNow().AddYears(-3));
        ConnectionGater gater = new(timeProvider: past);
        new PeerStateSaver(_files.Options.Directory!, _files.Options, new PeerStore(_files.Options, past), gater, past, _files.Log).Load();
        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.FromHours(2)], gater.ListBans().Select(ban => ban.Remaining));
    }

    [Fact]
    public async Task Peers_are_written_every_interval_and_the_gater_at_once()
    {
        StateFixture.State state = _files.New();
        state.Saver.Start();
        state.Gater.BlockPeer(TestPeers.Of(4));
        await Until.TrueAsync(() => File.Exists(_files.GaterFile));
        Assert.Equal([TestPeers.Of(4)], _files.Restart().Gater.ListBlockedPeers());

        state.Store.AddLatency(TestPeers.Of(1), TimeSpan.Zero);
        _files.Time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.False(File.Exists(_files.PeerFile));
        _files.Time.Advance(TimeSpan.FromTicks(1));
        await Until.TrueAsync(() => File.Exists(_files.PeerFile));
        Assert.Equal(1, _files.Restart().Store.Count);

        // Nothing new, nothing written.
        File.Delete(_files.PeerFile);
        _files.Time.Advance(TimeSpan.FromSeconds(60));
        state.Gater.BlockPeer(TestPeers.Of(5));
        await Until.TrueAsync(() => _files.Restart().Gater.ListBlockedPeers().Count == 2);
        Assert.False(File.Exists(_files.PeerFile));

        state.Store.AddLatency(TestPeers.Of(2), TimeSpan.Zero);
        await state.Saver.DisposeAsync();
        Assert.Equal(2, _files.Restart().Store.Count);
        await state.Saver.DisposeAsync();
    }

    [Fact]
    public async Task What_the_disk_refuses_is_a_warning_and_is_written_later()
    {
        StateFixture.State state = _files.New();
        Directory.CreateDirectory(_files.PeerFile + ".tmp"); // A directory where the file beside it should be made.
        Directory.CreateDirectory(_files.GaterFile + ".tmp");
        state.Saver.Start();
        state.Gater.BlockPeer(TestPeers.Of(4));
        state.Store.AddLatency(TestPeers.Of(1), TimeSpan.Zero);
        _files.Time.Advance(TimeSpan.FromSeconds(60));
        await Until.TrueAsync(() => _files.Log.Warnings.Count >= 2);

        Directory.Delete(_files.PeerFile + ".tmp");
        Directory.Delete(_files.GaterFile + ".tmp");
        _files.Time.Advance(TimeSpan.FromSeconds(60));
        await Until.TrueAsync(() => File.Exists(_files.PeerFile) && File.Exists(_files.GaterFile));
        await state.Saver.DisposeAsync();
    }

    [Fact]
    public async Task A_saver_that_never_began_writes_nothing()
    {
        StateFixture.State state = _files.New();
        state.Gater.BlockPeer(TestPeers.Of(4));
        await state.Saver.DisposeAsync();
        Assert.False(Directory.Exists(_files.Options.Directory));
    }

    [Fact]
    public async Task What_is_known_already_stays_as_it_is()
    {
        await _files.SaveSomethingAsync();
        StateFixture.State state = _files.New();
        state.Store.AddLatency(TestPeers.Of(1), TimeSpan.FromSeconds(9));
        state.Gater.BlockPeer(TestPeers.Of(8));
        state.Saver.Load();
        Assert.Equal(TimeSpan.FromSeconds(9), state.Store.Get(TestPeers.Of(1))!.Latency);
        Assert.Equal(3, state.Store.Count);
        Assert.Equal(2, state.Gater.ListBlockedPeers().Count);
    }

    [Fact]
    public void A_full_store_of_the_most_talkative_peers_fits_into_the_file()
    {
        string text = new('"', 500);
        DateTimeOffset now = _files.Time.GetUtcNow();
        StoredTopicScore topic = new(text[..PeerLimits.MaxTopicLength], Math.E * 1e-100, Math.PI * 1e-100, -Math.E * 1e-101);
        StoredPeer talkative = new StoredPeer(TestPeers.Of(1)) with
        {
            Addresses = [.. Enumerable.Range(0, PeerLimits.MaxAddressesPerPeer).Select(i => new StoredAddress(LongestAddress(i), AddressSource.Connection, now))],
            AgentVersion = PeerText.Clean(text, PeerLimits.MaxAgentVersion),
            ProtocolVersion = PeerText.Clean(text, PeerLimits.MaxProtocolVersion),
            Protocols = [.. Enumerable.Repeat(text[..PeerLimits.MaxProtocolLength], PeerLimits.MaxProtocols)],
            Record = TestRecords.Of(1, change: builder => builder.Set("x", new byte[100])),
            Latency = TimeSpan.FromMilliseconds(Math.PI),
            Score = new StoredScore(
                -Math.PI * 1e100, ScoreCause.InvalidMessages, Math.E * 1e-100, Math.PI * 1e-101, [.. Enumerable.Repeat(topic, PeerLimits.MaxScoredTopics)], now)
            {
                Responses = new StoredResponses(Math.PI, Math.E, Math.PI * 2),
            },
            ConnectedAt = now,
            DisconnectedAt = now,
            Direction = ConnectionDirection.Outbound,
        };
        WholeFile whole = new(_files.PeerFile, PeerLimits.MaxPeerFileSize, File.Create);
        JsonFile<PeerStoreDocument> file = new(whole, StoredJson.Default.PeerStoreDocument, _files.Log);
        Assert.True(file.Save(PeerStoreFormat.Write([.. Enumerable.Repeat(talkative, PeerLimits.MaxStoredPeers)], now)));
        Assert.Empty(_files.Log.Warnings);
        Assert.InRange(new FileInfo(_files.PeerFile).Length, PeerLimits.MaxPeerFileSize / 4, PeerLimits.MaxPeerFileSize * 9 / 10);
    }

    [Fact]
    public async Task Full_lists_of_a_gater_fit_into_the_file()
    {
        StateFixture.State state = _files.New();
        DateTimeOffset now = _files.Time.GetUtcNow();
        state.Gater.Import(new GaterState(
            [.. Enumerable.Range(0, PeerLimits.MaxListed).Select(TestPeers.Cheap)],
            [.. Enumerable.Range(0, PeerLimits.MaxListed).Select(LongestIp)],
            [.. Enumerable.Range(0, PeerLimits.MaxListed).Select(i => new IPNetwork(LongestIp(i), 128))],
            [.. Enumerable.Range(0, PeerLimits.MaxListed).Select(TestPeers.Cheap)],
            [.. Enumerable.Range(0, PeerLimits.MaxBans).Select(i => new GaterBan(
                null, LongestIp(i), new string('"', PeerLimits.MaxBanReason), now, now + TimeSpan.FromDays(365), default))]));
        state.Saver.Start();
        await state.Saver.DisposeAsync();
        Assert.InRange(new FileInfo(_files.GaterFile).Length, 1 << 20, PeerLimits.MaxGaterFileSize / 2);

        ConnectionGater read = _files.Restart().Gater;
        Assert.Equal(PeerLimits.MaxListed, read.ListBlockedPeers().Count);
        Assert.Equal(PeerLimits.MaxListed, read.ListBlockedSubnets().Count);
        Assert.Equal(PeerLimits.MaxBans, read.ListBans().Count);
        Assert.Empty(_files.Log.Warnings);
    }

    private static Multiaddr LongestAddress(int i) =>
        Multiaddr.Parse($"/dns4/{string.Join('.', Enumerable.Repeat(new string((char)('a' + i), 62), 4))}/tcp/65535");

    private static IPAddress LongestIp(int i) => IPAddress.Parse($"2a00:1111:2222:3333:4444:5555:6666:{0xf000 - i:x4}");
}
