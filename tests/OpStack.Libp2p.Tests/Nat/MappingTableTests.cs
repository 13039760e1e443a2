using System.Net;
using OpStack.Libp2p.Nat;

namespace OpStack.Libp2p.Tests.Nat;

public class MappingTableTests
{
    private static readonly PortToMap Tcp = new(TransportProtocol.Tcp, 1);
    private static readonly PortToMap Udp = new(TransportProtocol.Udp, 2);
    private static readonly IPEndPoint External = IPEndPoint.Parse("198.51.100.7:1");
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private readonly MappingTable _table = new([Tcp, Udp], new PortMapperOptions());

    [Fact]
    public void Every_port_is_due_at_first_and_then_at_half_of_its_time()
    {
        Assert.Equal(Tcp, _table.Next(Now));
        _table.Apply(Tcp, Granted(600), Now);
        Assert.Equal(Udp, _table.Next(Now));
        _table.Apply(Udp, Granted(120), Now);
        Assert.Null(_table.Next(Now));
        Assert.Equal(Now + TimeSpan.FromSeconds(60), _table.WakeAt);
        Assert.Equal(Udp, _table.Next(_table.WakeAt));
        Assert.Null(_table.Fault);
    }

    [Fact]
    public void A_failing_port_is_due_after_growing_pauses_and_told_until_it_runs_out()
    {
        _table.Apply(Tcp, Granted(600), Now);
        _table.Apply(Udp, Granted(600), Now);
        TimeSpan at = Now + TimeSpan.FromSeconds(300);
        foreach (int pause in new[] { 10, 20, 40, 80 })
        {
            _table.Apply(Udp, new MapOutcome.NoAnswer("no answer"), at);
            Assert.Null(_table.Next(at + TimeSpan.FromSeconds(pause - 1)) is { } next && next == Udp ? next : null);
            at += TimeSpan.FromSeconds(pause);
            _table.Apply(Tcp, Granted(600), at);
            Assert.Equal(Udp, _table.Next(at));
        }

        Assert.Equal("Udp 2: no answer", _table.Fault);
        Assert.False(_table.Expire(Now + TimeSpan.FromSeconds(599)));
        Assert.Equal(2, _table.MappingsAt(at, DateTimeOffset.UnixEpoch).Count);
        Assert.True(_table.Expire(Now + TimeSpan.FromSeconds(600)));
        Assert.Equal([Tcp], _table.MappingsAt(at, DateTimeOffset.UnixEpoch).Select(m => m.Port));
        Assert.Null(_table.ExternalOf(Udp));
        Assert.False(_table.IsLost); // The other one is well.
    }

    [Fact]
    public void What_the_gateway_says_of_its_errors_lengthens_the_pause_up_to_the_longest()
    {
        _table.Apply(Tcp, new MapOutcome.Refused("no", TimeSpan.FromSeconds(60)), Now);
        _table.Apply(Udp, new MapOutcome.Refused("no", TimeSpan.FromDays(40_000)), Now);
        Assert.Equal(Now + TimeSpan.FromSeconds(60), _table.WakeAt);
        _table.Apply(Tcp, Granted(86_400), Now);
        Assert.Null(_table.Next(Now + TimeSpan.FromSeconds(299)));
        Assert.NotNull(_table.Next(Now + TimeSpan.FromSeconds(300)));
    }

    [Fact]
    public void Three_failures_of_every_port_are_a_lost_gateway()
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.False(_table.IsLost);
            _table.Apply(Tcp, new MapOutcome.NoAnswer("no answer"), Now);
            Assert.False(_table.IsLost);
            _table.Apply(Udp, new MapOutcome.Refused("no"), Now);
        }

        Assert.True(_table.IsLost);
        _table.Apply(Udp, Granted(600), Now);
        Assert.False(_table.IsLost);
    }

    [Fact]
    public void A_restart_makes_the_others_due_at_once_but_not_within_4_seconds_of_their_last_turn()
    {
        _table.Apply(Tcp, Granted(600), Now);
        _table.Apply(Udp, Granted(600), Now);
        TimeSpan renewal = Now + TimeSpan.FromSeconds(300);
        _table.Apply(Tcp, Granted(600) with { HasLostState = true }, renewal);
        Assert.Equal(Udp, _table.Next(renewal));
        _table.Apply(Udp, Granted(600) with { HasLostState = true }, renewal);
        Assert.Null(_table.Next(renewal + TimeSpan.FromSeconds(3.9)));
        Assert.Equal(Tcp, _table.Next(renewal + TimeSpan.FromSeconds(4)));
    }

    [Fact]
    public void A_gateway_that_loses_everything_with_every_answer_is_asked_less_and_less_often()
    {
        _table.Apply(Tcp, Granted(600), Now);
        _table.Apply(Udp, Granted(600), Now);
        int asked = 0;
        for (TimeSpan at = Now + TimeSpan.FromSeconds(300); at < Now + TimeSpan.FromHours(1); at = _table.WakeAt > at ? _table.WakeAt : at)
        {
            _table.Apply(_table.Next(at)!, Granted(600) with { HasLostState = true }, at);
            asked++;
        }

        Assert.InRange(asked, 22, 40); // 22 renewals are due in 55 minutes anyhow; one every 2 s would be 1,650.

        // One answer without, and the next restart is answered at once again.
        TimeSpan well = Now + TimeSpan.FromHours(2);
        _table.Apply(Tcp, Granted(600), well);
        _table.Apply(Udp, Granted(600), well);
        _table.Apply(Tcp, Granted(600) with { HasLostState = true }, well + TimeSpan.FromSeconds(300));
        Assert.Equal(Udp, _table.Next(well + TimeSpan.FromSeconds(300)));
    }

    [Fact]
    public void A_grant_that_would_be_gone_before_its_renewal_counts_as_a_refusal()
    {
        _table.Apply(Tcp, Granted(4), Now);
        Assert.Null(_table.ExternalOf(Tcp));
        Assert.Equal("Tcp 1: granted for 4 s only", _table.Fault);
        Assert.Equal(Udp, _table.Next(Now));
        _table.Apply(Udp, Granted(5), Now);
        Assert.Equal(External, _table.ExternalOf(Udp));
        Assert.Null(_table.Next(Now + TimeSpan.FromSeconds(3)));
        Assert.Equal(Now + TimeSpan.FromSeconds(4), _table.WakeAt);
    }

    private static MapOutcome Granted(int seconds) => new MapOutcome.Granted(External, TimeSpan.FromSeconds(seconds));
}
