using System.Net;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Protocol;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>Our record follows a clear majority of peers, and nothing less (attack-cases.md, row 56).</summary>
[Trait("Row", "56")]
public sealed class LocalEnrTests
{
    private static readonly IPEndPoint Truth = new(IPAddress.Parse("80.1.2.3"), 30303);
    private static readonly IPEndPoint Lie = new(IPAddress.Parse("80.6.6.6"), 666);

    [Fact]
    public void Ten_honest_against_nine_liars_is_no_clear_majority()
    {
        using CoreRig rig = Vote(honest: 10, liars: 9);
        Assert.Equal(1UL, rig.Core.LocalEnr.Sequence);
        Assert.Empty(rig.Events.OfType<Discv5Event.LocalEnrUpdated>());
    }

    [Fact]
    public void Thirteen_against_nine_is_not_clear_either()
    {
        using CoreRig rig = Vote(honest: 13, liars: 9);
        Assert.Equal(1UL, rig.Core.LocalEnr.Sequence);
    }

    [Fact]
    public void Nine_liars_alone_change_nothing()
    {
        using CoreRig rig = Vote(honest: 0, liars: 9);
        Assert.Equal(1UL, rig.Core.LocalEnr.Sequence);
    }

    [Fact]
    public void A_clear_majority_changes_the_record_once_and_peers_are_pinged()
    {
        using CoreRig rig = Vote(honest: 14, liars: 9, out List<RawPeer> peers, out int pings);
        Assert.Equal(2UL, rig.Core.LocalEnr.Sequence);
        Assert.Equal(Truth, rig.Core.LocalEnr.Udp4);
        Assert.Equal(rig.Core.LocalEnr, Assert.Single(rig.Events.OfType<Discv5Event.LocalEnrUpdated>()).Record);
        Assert.Equal(rig.Id, rig.Core.LocalEnr.NodeId);
        Assert.InRange(pings, peers.Count, peers.Count * 2);
    }

    [Fact]
    public void Static_addresses_stay()
    {
        using CoreRig rig = Vote(honest: 20, liars: 0, out _, out _, new Discv5Options { StaticIp = true, TableRefresh = false });
        Assert.Equal(1UL, rig.Core.LocalEnr.Sequence);
    }

    [Fact]
    public void The_host_may_change_entries_and_a_change_of_nothing_keeps_the_number()
    {
        using CoreRig rig = new();
        rig.Do(new ProtocolInput.ChangeLocalEnr(builder => builder.Set("opstack", [10, 0])));
        Assert.Equal(2UL, rig.Core.LocalEnr.Sequence);
        rig.Do(new ProtocolInput.ChangeLocalEnr(builder => builder.Set("opstack", [10, 0])));
        Assert.Equal(2UL, rig.Core.LocalEnr.Sequence);
    }

    [Fact]
    public void Two_strangers_at_the_new_address_confirm_it()
    {
        using CoreRig rig = Vote(honest: 10, liars: 0);
        Shake(rig, "110.1.1.1", seed: 901);
        Assert.Empty(rig.Events.OfType<Discv5Event.AddressTried>());
        Shake(rig, "110.2.2.2", seed: 902);
        Assert.Equal(new Discv5Event.AddressTried(Truth, IsReachable: true), Assert.Single(rig.Events.OfType<Discv5Event.AddressTried>()));
        rig.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Truth, rig.Core.LocalEnr.Udp4);
        Assert.Equal((1, 0), (rig.Metrics.AddressesConfirmed, rig.Metrics.AddressesRefuted));
    }

    [Fact]
    public void An_address_at_which_only_those_we_asked_reach_us_is_dropped_after_five_minutes_for_six_hours()
    {
        using CoreRig rig = Vote(honest: 10, liars: 0, out List<RawPeer> peers, out _);
        Assert.Equal(2UL, rig.Core.LocalEnr.Sequence);
        Shake(rig, "110.1.1.1", seed: 901);

        // A peer we know makes a new session, and so does one that we are asking: the way through a NAT is open to both.
        peers[0].Shake();
        RawPeer asked = new(rig, "110.2.2.2", seed: 902);
        rig.Do(new ProtocolInput.Ping(asked.Contact, new object()));
        asked.Shake();

        TimeSpan began = rig.Now;
        rig.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(Truth, rig.Core.LocalEnr.Udp4);
        rig.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new Discv5Event.AddressTried(Truth, IsReachable: false), Assert.Single(rig.Events.OfType<Discv5Event.AddressTried>()));
        Assert.Null(rig.Core.LocalEnr.Ip4);
        Assert.Equal(3UL, rig.Core.LocalEnr.Sequence);
        Assert.Equal((0, 1), (rig.Metrics.AddressesConfirmed, rig.Metrics.AddressesRefuted));

        Assert.Equal(3UL, Vote(rig, honest: 10, seed: 1000).Core.LocalEnr.Sequence);
        rig.Advance(TimeSpan.FromHours(6));
        Assert.Equal(Truth, Vote(rig, honest: 10, seed: 1100).Core.LocalEnr.Udp4);
        Assert.InRange(rig.Now - began, TimeSpan.FromHours(6), TimeSpan.FromHours(7));
    }

    [Fact]
    public void An_address_given_at_run_time_stays_whatever_twenty_peers_see_until_it_is_taken_back()
    {
        using CoreRig rig = new(address: "81.0.0.1");
        rig.Do(new ProtocolInput.ChangeLocalEnr(builder => builder.SetIp(Lie.Address).SetUdp(Lie.Port), IsStaticIp: true));
        Assert.Equal((2UL, Lie), (Vote(rig, honest: 20, seed: 300).Core.LocalEnr.Sequence, rig.Core.LocalEnr.Udp4));

        // A change of something else lets it stay static.
        rig.Do(new ProtocolInput.ChangeLocalEnr(builder => builder.Set("opstack", [10, 0])));
        Assert.Equal(3UL, Vote(rig, honest: 20, seed: 400).Core.LocalEnr.Sequence);

        rig.Do(new ProtocolInput.ChangeLocalEnr(builder => builder.Remove("ip"), IsStaticIp: false));
        Assert.Equal(4UL, rig.Core.LocalEnr.Sequence);
        Assert.Equal((5UL, Truth), (Vote(rig, honest: 10, seed: 500).Core.LocalEnr.Sequence, rig.Core.LocalEnr.Udp4));
    }

    [Fact]
    public void An_address_on_trial_that_the_host_confirms_is_not_dropped_when_the_trial_ends()
    {
        using CoreRig rig = Vote(honest: 10, liars: 0);
        rig.Do(new ProtocolInput.ChangeLocalEnr(builder => builder.SetIp(Truth.Address).SetUdp(Truth.Port), IsStaticIp: true));
        rig.Advance(TimeSpan.FromHours(1));
        Assert.Equal((2UL, Truth), (rig.Core.LocalEnr.Sequence, rig.Core.LocalEnr.Udp4));
        Assert.Equal((0, 0), (rig.Metrics.AddressesConfirmed, rig.Metrics.AddressesRefuted));
    }

    [Fact]
    public void Without_a_trial_the_address_stays()
    {
        using CoreRig rig = Vote(honest: 10, liars: 0, out _, out _, new Discv5Options { AddressTrial = null, TableRefresh = false });
        rig.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Truth, rig.Core.LocalEnr.Udp4);
    }

    private static void Shake(CoreRig rig, string address, int seed) => new RawPeer(rig, address, seed).Shake();

    private static CoreRig Vote(int honest, int liars) => Vote(honest, liars, out _, out _);

    private static CoreRig Vote(int honest, int liars, out List<RawPeer> peers, out int pings, Discv5Options? options = null)
    {
        CoreRig rig = new(options, address: "81.0.0.1");
        (peers, pings) = Vote(rig, honest, liars, seed: 300);
        return rig;
    }

    private static CoreRig Vote(CoreRig rig, int honest, int seed)
    {
        Vote(rig, honest, liars: 0, seed);
        return rig;
    }

    /// <summary>Liars speak first, so that the truth has to overtake them.</summary>
    private static (List<RawPeer> Peers, int Pings) Vote(CoreRig rig, int honest, int liars, int seed)
    {
        List<RawPeer> peers = [];
        int pings = 0;
        for (int i = 0; i < honest + liars; i++)
        {
            RawPeer peer = new(rig, $"{90 + i}.{seed % 250}.1.1", seed + i);
            peer.Shake();
            peers.Add(peer);
            List<(IPEndPoint To, byte[] Datagram)> sent = rig.Do(new ProtocolInput.Ping(peer.Contact, new object()));
            Ping ping = Assert.IsType<Ping>(peer.Read(sent[^1].Datagram));
            Pong pong = new(ping.RequestId, 1, i < liars ? Lie : Truth);
            pings += rig.Receive(peer.EndPoint, peer.Encrypt(pong)).Count;
            rig.Advance(TimeSpan.FromSeconds(1));
        }

        return (peers, pings);
    }
}
