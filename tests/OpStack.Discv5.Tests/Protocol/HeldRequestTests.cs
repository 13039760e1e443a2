using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Sessions;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>No peer can hold a request of ours, or the room for them.</summary>
[Trait("Row", "54")]
public sealed class HeldRequestTests
{
    private static readonly TimeSpan Timeout = new Discv5Options().RequestTimeout;

    [Fact]
    public void A_request_queued_behind_half_an_answer_ends_with_it()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        object find = new(), ping = new();
        byte[] sent = Assert.Single(rig.Do(new ProtocolInput.FindNode(peer.Contact, [256], find))).Datagram;
        FindNode asked = Assert.IsType<FindNode>(peer.Read(sent));
        peer.Ask(new Nodes(asked.RequestId, 2, []));

        // It asks for a new handshake, behind which the next request waits, and is silent from then on.
        Challenge challenge = peer.MakeChallenge(sent);
        Assert.Single(peer.Send(RawPeer.Write(challenge)));
        Assert.Empty(rig.Do(new ProtocolInput.Ping(peer.Contact, ping)));
        rig.Advance(10 * Timeout);
        Assert.IsType<RequestOutcome.Nodes>(rig.Outcomes[find]);
        Assert.Equal(new RequestOutcome.Failed(Discv5Error.Timeout), rig.Outcomes.GetValueOrDefault(ping));
        Assert.Equal(0, rig.Metrics.PendingRequests);
    }

    [Fact]
    public void A_peer_that_makes_a_new_session_every_half_second_does_not_keep_our_request()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        RawPeer peer = new(rig, "9.9.9.9");
        peer.Shake();
        object ping = new();
        Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, ping)));
        int handshakes = 0;
        for (; handshakes < 100 && !rig.Outcomes.ContainsKey(ping); handshakes++)
        {
            rig.Advance(TimeSpan.FromMilliseconds(500));
            byte[] whoAreYou = peer.Send(peer.Unreadable(out _))[^1];
            peer.Send(peer.AnswerChallenge(whoAreYou, new Ping(RawPeer.NewId((ulong)handshakes), peer.Record.Sequence)));
        }

        Assert.Equal(new RequestOutcome.Failed(Discv5Error.Timeout), rig.Outcomes.GetValueOrDefault(ping));
        Assert.InRange(handshakes, 1, 8);
    }

    [Fact]
    public void A_thousand_sessions_that_announce_newer_records_leave_room_for_our_own_requests()
    {
        using CoreRig rig = new(new Discv5Options { TableRefresh = false, Filter = new FilterOptions { Challenges = 2000 } });
        RawPeer peer = new(rig);
        for (int i = 0; i < 1030; i++)
        {
            peer.EndPoint = new IPEndPoint(peer.EndPoint.Address, 10_000 + i);
            peer.Shake();
            peer.Ask(new Ping(RawPeer.NewId(2), ulong.MaxValue));
        }

        Assert.Equal(Discv5Limits.MaxRefreshes, rig.Metrics.PendingRequests);
        object ping = new();
        Assert.Single(rig.Do(new ProtocolInput.Ping(new RawPeer(rig, "10.0.0.3", seed: 5).Contact, ping)));
        Assert.DoesNotContain(ping, rig.Outcomes.Keys);

        // Those that are asked no more make room for others.
        rig.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(peer.Ask(new Ping(RawPeer.NewId(3), ulong.MaxValue)).OfType<FindNode>());
    }

    [Fact]
    [Trait("Row", "51")]
    public void A_peer_that_is_asked_for_its_record_gets_no_more_than_33_answers_to_ten_thousand_pings_meanwhile()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        RawPeer peer = new(rig, "9.9.9.9");
        peer.Shake();
        rig.Advance(TimeSpan.FromSeconds(2));
        int answers = 0;
        for (int i = 0; i < 10_000; i++)
        {
            if (i % 10 == 0)
                rig.Advance(TimeSpan.FromMilliseconds(1));
            answers += peer.Ask(new Ping(RawPeer.NewId((ulong)i), ulong.MaxValue)).OfType<Pong>().Count();
        }

        // 9 at once, 9 in that second, and 16 for the record, of which its request is one.
        Assert.InRange(answers, 25, 34);
    }
}
