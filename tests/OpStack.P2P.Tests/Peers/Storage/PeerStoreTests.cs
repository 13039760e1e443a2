using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Storage;

/// <summary>What is learnt of peers, for how long, and what goes first.</summary>
public sealed class PeerStoreTests
{
    private static readonly PeerId Peer = TestPeers.Of(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _time = new();
    private readonly PeerStore _store;

    public PeerStoreTests() => _store = new PeerStore(timeProvider: _time);

    private StoredPeer Known => _store.Get(Peer)!;

    [Fact]
    public void Addresses_expire_unless_heard_of_again()
    {
        _store.AddAddresses(Peer, [TestPeers.Address("52.0.0.1")], AddressSource.Discovery);
        _time.Advance(Day / 2);
        _store.AddAddresses(Peer, [TestPeers.Address("52.0.0.2")], AddressSource.Discovery);
        _time.Advance(Day / 2);
        Assert.Equal(["/ip4/52.0.0.2/tcp/9222"], Known.Addresses.Select(a => a.Address.ToString()));
        _store.AddAddresses(Peer, [TestPeers.Address("52.0.0.2")], AddressSource.Identify);
        _time.Advance(Day - TimeSpan.FromTicks(1));
        Assert.Equal(AddressSource.Discovery, Assert.Single(Known.Addresses).Source);
        Assert.Equal([Peer], _store.GetDialable().Select(p => p.Peer));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Empty(Known.Addresses);
        Assert.Empty(_store.GetDialable());
    }

    [Fact]
    public void Of_more_than_8_addresses_the_least_trustworthy_go()
    {
        _store.AddAddresses(Peer, [TestPeers.Address("52.0.0.1")], AddressSource.Static);
        _store.AddAddresses(Peer, Enumerable.Range(1, 4).Select(i => TestPeers.Address("52.0.1." + i)), AddressSource.Discovery);
        _store.AddAddresses(Peer, Enumerable.Range(1, 200).Select(i => TestPeers.Address("52.0.2." + i)), AddressSource.Identify);
        _time.Advance(TimeSpan.FromHours(1));
        _store.AddAddresses(Peer, [TestPeers.Address("52.0.2.99")], AddressSource.Identify);

        string[] kept = [.. Known.Addresses.Select(a => a.Address.ToString())];
        Assert.Equal(PeerLimits.MaxAddressesPerPeer, kept.Length);
        Assert.Equal("/ip4/52.0.0.1/tcp/9222", kept[0]);
        Assert.All(kept[1..5], text => Assert.StartsWith("/ip4/52.0.1.", text));
        Assert.Equal("/ip4/52.0.2.99/tcp/9222", kept[5]);
    }

    [Theory]
    [InlineData("/ip4/52.0.0.1/tcp/1", true)]
    [InlineData("/dns4/node.example/tcp/1", true)]
    [InlineData("/dnsaddr/node.example", true)]
    [InlineData("/ip4/52.0.0.1/udp/1", false)]
    [InlineData("/ip4/52.0.0.1/tcp/1/ws", false)]
    public void Only_what_can_be_dialled_is_kept(string address, bool isKept)
    {
        _store.AddAddresses(Peer, [Multiaddr.Parse(address).WithPeerId(Peer)], AddressSource.Discovery);
        Assert.Equal(isKept ? [address] : [], _store.Get(Peer)?.Addresses.Select(a => a.Address.ToString()) ?? []);
    }

    [Fact]
    public void An_address_of_another_peer_is_passed_over()
    {
        _store.AddAddresses(Peer, [TestPeers.Address().WithPeerId(TestPeers.Of(2))], AddressSource.Discovery);
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void A_newer_record_takes_the_place_of_the_older_and_its_address()
    {
        PeerId peer = TestPeers.Of(7);
        _store.AddRecord(TestRecords.Of(7, sequence: 2, ip: "52.0.0.2"));
        _store.AddRecord(TestRecords.Of(7, sequence: 1, ip: "52.0.0.1"));
        Assert.Equal("/ip4/52.0.0.2/tcp/9222", Assert.Single(_store.Get(peer)!.Addresses).Address.ToString());
        _store.AddRecord(TestRecords.Of(7, sequence: 3, ip: "52.0.0.3"));
        Assert.Equal("/ip4/52.0.0.3/tcp/9222", Assert.Single(_store.Get(peer)!.Addresses).Address.ToString());
        Assert.Equal(3ul, _store.Get(peer)!.Record!.Sequence);
    }

    [Fact]
    public void Of_what_identify_claims_only_addresses_at_the_peers_own_ip_are_kept()
    {
        IdentifyInfo info = Info() with
        {
            ListenAddresses =
            [
                TestPeers.Address("52.9.9.9"),
                TestPeers.Address("52.1.2.3", 30303),
                TestPeers.Address("2a00::5"),
                Multiaddr.Parse("/dns4/victim.example/tcp/1"),
            ],
        };
        _store.AddIdentify(Peer, info, [IPAddress.Parse("52.1.2.3"), IPAddress.Parse("2a00::5")]);
        Assert.Equal(["/ip4/52.1.2.3/tcp/30303", "/ip6/2a00::5/tcp/9222"], Known.Addresses.Select(a => a.Address.ToString()).Order());
    }

    [Fact]
    public void Texts_of_peers_are_cut_and_cleaned()
    {
        IdentifyInfo info = Info() with
        {
            AgentVersion = "evil\r\nCANONICAL_MISBEHAVING_PEER: \u202e" + new string('a', 500),
            ProtocolVersion = new string('v', 500),
            Protocols = [.. Enumerable.Range(0, 1000).Select(i => "/p/" + i), new string('p', 1000), "/\u0000"],
        };
        _store.AddIdentify(Peer, info, []);
        Assert.Equal("evil??CANONICAL_MISBEHAVING_PEER: ?", Known.AgentVersion[..35]);
        Assert.Equal(128, Known.AgentVersion.Length);
        Assert.Equal(64, Known.ProtocolVersion.Length);
        Assert.Equal(24, Known.Protocols.Count);
    }

    [Fact]
    public void Latency_is_a_moving_average_of_a_tenth()
    {
        _store.AddLatency(Peer, TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.FromMilliseconds(100), Known.Latency);
        _store.AddLatency(Peer, TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimeSpan.FromMilliseconds(110), Known.Latency);
        _store.AddLatency(Peer, TimeSpan.FromMilliseconds(10));
        Assert.Equal(TimeSpan.FromMilliseconds(100), Known.Latency);
    }

    [Fact]
    public void Connections_leave_their_times_their_direction_and_the_address_we_reached()
    {
        FakePeerHost host = Recorded();
        DateTimeOffset begin = _time.GetUtcNow();
        ConnectionInfo first = host.Connect(Peer, "52.1.2.3", 30303, ConnectionDirection.Inbound);
        _time.Advance(TimeSpan.FromMinutes(1));
        ConnectionInfo second = host.Connect(Peer, "52.1.2.3", 9222);
        Assert.Equal((2, true, begin, ConnectionDirection.Inbound), (Known.Connections, Known.IsConnected, Known.ConnectedAt, Known.Direction));
        StoredAddress reached = new(TestPeers.Address(), AddressSource.Connection, begin + TimeSpan.FromMinutes(1) + Day);
        Assert.Equal(reached, Assert.Single(Known.Addresses));
        Assert.Empty(_store.GetDialable());

        host.Drop(c => c == first);
        Assert.True(Known.IsConnected);
        Assert.Null(Known.DisconnectedAt);
        _time.Advance(Day * 3);
        host.Drop(c => c == second);
        Assert.False(Known.IsConnected);
        Assert.Equal(begin + TimeSpan.FromMinutes(1) + (Day * 3), Known.DisconnectedAt);

        host.Connect(Peer, direction: ConnectionDirection.Outbound);
        Assert.Equal(ConnectionDirection.Outbound, Known.Direction);
        Assert.Equal(begin, Known.FirstSeenAt);
    }

    [Fact]
    public void The_address_of_a_long_connection_is_good_for_another_day()
    {
        FakePeerHost host = Recorded();
        host.Connect(Peer);
        _time.Advance(TimeSpan.FromHours(23));
        host.Drop(_ => true);
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Single(Known.Addresses);
    }

    [Fact]
    public void Identify_of_the_swarm_is_written_down()
    {
        FakePeerHost host = Recorded();
        host.Connect(Peer, "52.1.2.3", 40000, ConnectionDirection.Inbound);
        host.Identify(Peer, Info() with { ListenAddresses = [TestPeers.Address()] });
        Assert.Equal("agent", Known.AgentVersion);
        Assert.Equal(TestPeers.Address(), Assert.Single(Known.Addresses).Address);
    }

    [Fact]
    public void Scores_are_read_until_they_expire_and_what_is_no_number_counts_0()
    {
        _store.SetScores([new(Peer, Score(-12.5, TimeSpan.FromMinutes(20)))]);
        Assert.Equal(new PeerScoreReading(-12.5, ScoreCause.Behaviour), _store.Read(Peer));
        _time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromTicks(1));
        Assert.Equal(-12.5, Known.Score!.Total);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(Known.Score);
        Assert.Equal(default, _store.Read(Peer));
        Assert.Equal(default, _store.Read(TestPeers.Of(2)));

        _store.SetScores([new(Peer, Score(double.NaN, TimeSpan.FromMinutes(20)) with { SlowPeerPenalty = double.PositiveInfinity })]);
        Assert.Equal((0, 0), (Known.Score!.Total, Known.Score.SlowPeerPenalty));
    }

    [Fact]
    public void A_peer_is_forgotten_seven_days_after_it_was_seen()
    {
        FakePeerHost host = Recorded();
        host.Connect(TestPeers.Of(2));
        _store.AddLatency(Peer, TimeSpan.Zero);
        _time.Advance(TimeSpan.FromDays(7));
        _store.Sweep();
        Assert.Equal(2, _store.Count);
        _time.Advance(TimeSpan.FromTicks(1));
        _store.Sweep();
        Assert.Equal([TestPeers.Of(2)], _store.GetAll().Select(p => p.Peer));
        Assert.False(_store.Remove(TestPeers.Of(2))); // Connected.
        host.Drop(_ => true);
        Assert.True(_store.Remove(TestPeers.Of(2)));
    }

    [Fact]
    public void The_address_of_a_connection_does_not_expire_while_it_lasts()
    {
        FakePeerHost host = Recorded();
        host.Connect(Peer);
        for (int minute = 0; minute < 48 * 60; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            _store.Sweep();
        }

        // Of a process that is killed here the file has it for another half of its time at least.
        Assert.True(Assert.Single(Known.Addresses).ExpiresAt - _time.GetUtcNow() >= Day / 2);
        host.Drop(_ => true);
        Assert.Equal([Peer], _store.GetDialable().Select(p => p.Peer));
        _time.Advance(Day);
        _store.Sweep();
        Assert.Empty(_store.GetDialable());
    }

    [Fact]
    public void Strangers_push_out_strangers_only()
    {
        FakePeerHost host = Recorded();
        for (int i = 0; i < 1000; i++)
        {
            host.Connect(TestPeers.Cheap(i));
            host.Drop(_ => true);
        }

        for (int i = 10_000; i < 15_000; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _store.AddAddresses(TestPeers.Cheap(i), [TestPeers.Address()], AddressSource.Discovery);
        }

        Assert.Equal(PeerLimits.MaxStoredPeers, _store.Count);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.NotNull(_store.Get(TestPeers.Cheap(i))));
        Assert.NotNull(_store.Get(TestPeers.Cheap(14_999)));
        Assert.Null(_store.Get(TestPeers.Cheap(10_000)));
    }

    [Fact]
    public void Whoever_connects_under_fresh_ids_pushes_out_neither_strangers_nor_bad_scores_nor_those_connected_nor_static_peers()
    {
        FakePeerHost host = Recorded();
        host.Connect(TestPeers.Cheap(1));
        _store.AddAddresses(TestPeers.Cheap(2), [TestPeers.Address()], AddressSource.Static);
        _store.SetScores([new(TestPeers.Cheap(3), Score(-1, TimeSpan.FromHours(10)))]);
        for (int i = 100; i < 100 + (PeerLimits.MaxStoredPeers / 2); i++)
        {
            _store.AddAddresses(TestPeers.Cheap(i), [TestPeers.Address()], AddressSource.Discovery);
        }

        for (int i = 10_000; i < 14_000; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            host.Connect(TestPeers.Cheap(i));
            host.Drop(c => c.Peer.Equals(TestPeers.Cheap(i)));
        }

        Assert.Equal(PeerLimits.MaxStoredPeers, _store.Count);
        Assert.All(Enumerable.Range(1, 3), i => Assert.NotNull(_store.Get(TestPeers.Cheap(i))));
        Assert.All(Enumerable.Range(100, PeerLimits.MaxStoredPeers / 2), i => Assert.NotNull(_store.Get(TestPeers.Cheap(i))));
        Assert.NotNull(_store.Get(TestPeers.Cheap(13_999)));
    }

    [Fact]
    public void Whoever_misbehaves_under_2048_ids_holds_512_places_and_leaves_the_others_to_those_we_look_for()
    {
        FakePeerHost host = Recorded();
        for (int i = 0; i < 100; i++)
        {
            host.Connect(TestPeers.Cheap(i));
            host.Drop(_ => true);
        }

        for (int i = 10_000; i < 10_000 + PeerLimits.MaxStoredPeers; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            host.Connect(TestPeers.Cheap(i), direction: ConnectionDirection.Inbound);
            _store.SetScores([new(TestPeers.Cheap(i), Score(-1, TimeSpan.FromHours(10)))]);
            host.Drop(_ => true);
        }

        for (int i = 20_000; i < 20_000 + (PeerLimits.MaxStoredPeers / 2); i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _store.AddAddresses(TestPeers.Cheap(i), [TestPeers.Address()], AddressSource.Discovery);
        }

        Assert.All(Enumerable.Range(0, 100), i => Assert.NotNull(_store.Get(TestPeers.Cheap(i))));
        for (int i = 30_000; i < 30_000 + PeerLimits.MaxStoredPeers; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            host.Connect(TestPeers.Cheap(i));
            host.Drop(_ => true);
        }

        Assert.All(Enumerable.Range(20_000, PeerLimits.MaxStoredPeers / 2), i => Assert.NotNull(_store.Get(TestPeers.Cheap(i))));
        Assert.Equal(512, _store.GetAll().Count(peer => peer.Score is { Total: < 0 }));
        Assert.Equal(-1, _store.Read(TestPeers.Cheap(10_000 + PeerLimits.MaxStoredPeers - 1)).Score);
    }

    [Fact]
    public void Peers_saved_by_a_clock_that_was_ahead_leave_their_places_to_those_who_come()
    {
        DateTimeOffset ahead = _time.GetUtcNow() + TimeSpan.FromDays(20_000);
        _store.Import(
        [
            .. Enumerable.Range(0, PeerLimits.MaxStoredPeers).Select(i => new StoredPeer(TestPeers.Cheap(i))
            {
                Addresses = [new StoredAddress(TestPeers.Address(), AddressSource.Discovery, ahead)],
                LastSeenAt = ahead,
            }),
        ]);
        for (int i = 10_000; i < 10_100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _store.AddAddresses(TestPeers.Cheap(i), [TestPeers.Address()], AddressSource.Discovery);
        }

        Assert.Equal(PeerLimits.MaxStoredPeers, _store.Count);
        Assert.All(Enumerable.Range(10_000, 100), i => Assert.NotNull(_store.Get(TestPeers.Cheap(i))));
    }

    [Theory]
    [InlineData("", 60, "Directory")]
    [InlineData(null, 0, "SaveInterval")]
    [InlineData(null, 86401, "SaveInterval")]
    public void Settings_out_of_range_are_named(string? directory, int seconds, string name)
    {
        PeerStoreOptions options = new() { Directory = directory, SaveInterval = TimeSpan.FromSeconds(seconds) };
        Assert.Equal(name, Assert.Throws<ArgumentException>(() => new PeerStore(options)).ParamName);
    }

    private FakePeerHost Recorded()
    {
        FakePeerHost host = new(_time);
        PeerStoreRecorder recorder = new(_store, host);
        host.ObserveConnections(recorder);
        host.Observe(recorder);
        return host;
    }

    private StoredScore Score(double total, TimeSpan remaining) => new(total, ScoreCause.Behaviour, 1, 2, [], _time.GetUtcNow() + remaining);

    private static IdentifyInfo Info() => new("agent", "", [], [], null);
}
