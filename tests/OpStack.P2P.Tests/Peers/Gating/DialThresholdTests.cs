using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Gating;

/// <summary>Attack table row 32, its last part: redials obey kona's threshold and period.</summary>
[Trait("Row", "32")]
public sealed class DialThresholdTests
{
    private static readonly PeerId Peer = TestPeers.Of(1);
    private static readonly IPAddress Ip = IPAddress.Parse("52.1.2.3");
    private static readonly Multiaddr Address = TestPeers.Address();

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void An_address_is_dialled_500_times_and_again_once_it_has_rested_for_an_hour()
    {
        ConnectionGater gater = new(timeProvider: _time);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 500; i++)
            {
                Assert.Equal(GateVerdict.Allow, gater.InterceptAddressDial(Peer, Address, Ip));
                _time.Advance(TimeSpan.FromSeconds(7));
            }

            _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(7));
            Assert.Equal(GateVerdict.DialThresholdReached, gater.InterceptAddressDial(Peer, Address, Ip));
            Assert.Equal(DialError.ThresholdReached, gater.CanDial(Address.WithPeerId(Peer)));
            _time.Advance(TimeSpan.FromTicks(1));
        }
    }

    [Fact]
    public void Null_is_one_dial_a_period_and_0_is_any_number()
    {
        ConnectionGater once = new(new GaterConfig { PeerRedialing = null }, _time);
        Assert.Equal(GateVerdict.Allow, once.InterceptAddressDial(Peer, Address, Ip));
        Assert.Equal(GateVerdict.DialThresholdReached, once.InterceptAddressDial(Peer, Address, Ip));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(GateVerdict.DialThresholdReached, once.InterceptAddressDial(Peer, Address, Ip));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(GateVerdict.Allow, once.InterceptAddressDial(Peer, Address, Ip));

        ConnectionGater unlimited = new(new GaterConfig { PeerRedialing = 0 }, _time);
        Assert.All(Enumerable.Range(0, 2000), _ => Assert.Equal(GateVerdict.Allow, unlimited.InterceptAddressDial(Peer, Address, Ip)));
    }

    [Fact]
    public void The_count_is_of_one_address_of_one_peer()
    {
        ConnectionGater gater = new(new GaterConfig { PeerRedialing = 1 }, _time);
        Assert.Equal(GateVerdict.Allow, gater.InterceptAddressDial(Peer, Address, Ip));
        Assert.Equal(GateVerdict.Allow, gater.InterceptAddressDial(Peer, TestPeers.Address(port: 1), Ip));
        Assert.Equal(GateVerdict.Allow, gater.InterceptAddressDial(TestPeers.Of(2), Address, Ip));
        Assert.Equal(GateVerdict.DialThresholdReached, gater.InterceptAddressDial(Peer, Address, Ip));
    }

    [Fact]
    public void A_refused_dial_does_not_count()
    {
        ConnectionGater gater = new(new GaterConfig { PeerRedialing = 1 }, _time);
        gater.BlockPeer(Peer);
        Assert.Equal(GateVerdict.PeerBlocked, gater.InterceptAddressDial(Peer, Address, Ip));
        gater.UnblockPeer(Peer);
        Assert.Equal(GateVerdict.Allow, gater.InterceptAddressDial(Peer, Address, Ip));
    }

    [Fact]
    public void Protected_peers_are_exempt()
    {
        ConnectionGater gater = new(new GaterConfig { PeerRedialing = null }, _time);
        gater.ProtectPeer(Peer);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(GateVerdict.Allow, gater.InterceptAddressDial(Peer, Address, Ip)));
        Assert.Equal(DialError.None, gater.CanDial(Address.WithPeerId(Peer)));
        gater.UnprotectPeer(Peer);
        Assert.Equal(GateVerdict.DialThresholdReached, gater.InterceptAddressDial(Peer, Address, Ip));
    }

    [Fact]
    public void A_host_that_dials_by_itself_counts_with_Dialed()
    {
        ConnectionGater gater = new(new GaterConfig { PeerRedialing = 2 }, _time);
        Multiaddr full = Address.WithPeerId(Peer);
        gater.Dialed(full);
        Assert.Equal(DialError.None, gater.CanDial(full));
        gater.Dialed(full);
        Assert.Equal(DialError.ThresholdReached, gater.CanDial(full));
        gater.Dialed(Address); // Whose it is is not known.
    }

    [Fact]
    public void A_peer_that_is_being_dialled_is_not_dialled_a_second_time()
    {
        ConnectionGater gater = new(timeProvider: _time);
        gater.Dialing(Address.WithPeerId(Peer));
        Assert.Equal(DialError.AlreadyDialing, gater.CanDial(TestPeers.Address(port: 1).WithPeerId(Peer)));
        Assert.Equal(DialError.None, gater.CanDial(Address.WithPeerId(TestPeers.Of(2))));
        gater.RemoveDial(Peer);
        Assert.Equal(DialError.None, gater.CanDial(Address.WithPeerId(Peer)));
    }

    [Theory]
    [InlineData("/ip4/52.1.2.3/tcp/9222", false, DialError.InvalidMultiaddr)]
    [InlineData("/ip4/52.1.2.3/udp/9222", true, DialError.InvalidIpAddress)]
    [InlineData("/ip4/52.1.2.3/tcp/9222", true, DialError.None)]
    [InlineData("/dns4/node.example/tcp/9222", true, DialError.None)]
    [InlineData("/dnsaddr/node.example", true, DialError.None)]
    public void What_can_be_dialled_names_a_peer_and_a_place(string text, bool withPeer, DialError expected)
    {
        Multiaddr address = Multiaddr.Parse(text);
        Assert.Equal(expected, new ConnectionGater(timeProvider: _time).CanDial(withPeer ? address.WithPeerId(Peer) : address));
    }

    [Fact]
    public void A_hundred_thousand_addresses_are_8192_counts()
    {
        DialHistory history = new(1, TimeSpan.FromHours(1));
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < 100_000; i++)
        {
            history.Add(Peer, Multiaddr.FromTcpEndPoint(new IPEndPoint(0x01000000 + i, 9222)), now);
        }

        Assert.Equal(PeerLimits.MaxDialedAddresses, history.Count);
        Assert.True(history.IsReached(Peer, Multiaddr.FromTcpEndPoint(new IPEndPoint(0x01000000 + 99_999, 9222)), now));
        Assert.False(history.IsReached(Peer, Multiaddr.FromTcpEndPoint(new IPEndPoint(0x01000000, 9222)), now));
    }

    [Fact]
    public async Task Dials_that_begin_together_do_not_pass_the_threshold()
    {
        ConnectionGater gater = new(new GaterConfig { PeerRedialing = 100 }, _time);
        int allowed = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                if (gater.InterceptAddressDial(Peer, Address, Ip) == GateVerdict.Allow)
                {
                    Interlocked.Increment(ref allowed);
                }
            }
        })));
        Assert.Equal(100, allowed);
    }
}
