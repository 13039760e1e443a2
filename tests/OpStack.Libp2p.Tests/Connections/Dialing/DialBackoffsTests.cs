using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Dialing;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Tests.Connections.Dialing;

public sealed class DialBackoffsTests
{
    private static readonly PeerId Peer = TestPeers.NewId();
    private static readonly PeerId Other = TestPeers.NewId();
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/203.0.113.1/tcp/9222");

    private readonly DialBackoffs _backoffs = new(new ConnectionLimits { MaxBackoffs = 100 });
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void The_pause_doubles_from_five_seconds_to_five_minutes()
    {
        List<double> pauses = [];
        for (int i = 0; i < 9; i++)
        {
            _backoffs.OnFailed(Peer, Address, Libp2pError.DialFailed, _now);
            TimeSpan pause = Remaining(Peer);
            pauses.Add(pause.TotalSeconds);
            _now += pause - TimeSpan.FromTicks(1);
            Assert.Equal(TimeSpan.FromTicks(1), Remaining(Peer));
            _now += TimeSpan.FromTicks(1);
            Assert.Equal(TimeSpan.Zero, Remaining(Peer));
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], pauses);
    }

    [Fact]
    public void Success_or_a_long_silence_ends_the_doubling()
    {
        _backoffs.OnFailed(Peer, Address, Libp2pError.Timeout, _now);
        _backoffs.OnFailed(Peer, Address, Libp2pError.Timeout, _now);
        _backoffs.OnSucceeded(Peer, Address);
        Assert.Equal((TimeSpan.Zero, 0), (Remaining(Peer), _backoffs.Count));

        _backoffs.OnFailed(Peer, Address, Libp2pError.Timeout, _now);
        _now += TimeSpan.FromSeconds(5) + TimeSpan.FromMinutes(5);
        _backoffs.OnFailed(Peer, Address, Libp2pError.Timeout, _now);
        Assert.Equal(TimeSpan.FromSeconds(5), Remaining(Peer));
    }

    [Fact]
    [Trait("Row", "19")]
    public void Another_identity_than_expected_costs_the_address_nothing_for_its_true_owner()
    {
        _backoffs.OnFailed(Peer, Address, Libp2pError.PeerIdMismatch, _now);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.Zero), (Remaining(Peer), Remaining(Other)));
    }

    [Theory]
    [InlineData(Libp2pError.DialFailed)]
    [InlineData(Libp2pError.Timeout)]
    [InlineData(Libp2pError.HandshakeFailed)]
    [InlineData(Libp2pError.NegotiationFailed)]
    [InlineData(Libp2pError.ConnectionClosed)]
    public void Any_other_failure_holds_for_every_peer_said_to_be_there(Libp2pError error)
    {
        _backoffs.OnFailed(Peer, Address, error, _now);
        Assert.Equal(TimeSpan.FromSeconds(5), Remaining(Other));
    }

    [Theory]
    [InlineData(Libp2pError.GateRefused)]
    [InlineData(Libp2pError.LimitReached)]
    [InlineData(Libp2pError.OutOfResources)]
    [InlineData(Libp2pError.DialBackoff)]
    public void What_is_our_own_doing_costs_nothing(Libp2pError error)
    {
        _backoffs.OnFailed(Peer, Address, error, _now);
        Assert.Equal((TimeSpan.Zero, 0), (Remaining(Peer), _backoffs.Count));
    }

    [Fact]
    public void Ten_thousand_dead_addresses_leave_no_more_than_the_limit_behind()
    {
        for (int i = 0; i < 10_000; i++)
        {
            _backoffs.OnFailed(Peer, Multiaddr.Parse($"/ip4/203.0.113.1/tcp/{i}"), Libp2pError.DialFailed, _now);
        }

        Assert.Equal((100, 100), (_backoffs.Count, _backoffs.CountActive(_now)));
        Assert.Equal(0, _backoffs.CountActive(_now + TimeSpan.FromSeconds(5)));
    }

    private TimeSpan Remaining(PeerId peer) => _backoffs.RemainingOf(peer, Address, _now);
}
