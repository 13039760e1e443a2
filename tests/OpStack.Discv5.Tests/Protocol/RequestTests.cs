using System.Net;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>Requests of the core, against a peer played by hand.</summary>
public sealed class RequestTests
{
    private static readonly TimeSpan Timeout = new Discv5Options().RequestTimeout;

    [Fact]
    public void First_packet_is_random_and_the_handshake_carries_the_request_and_our_record()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        object caller = new();
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, caller))).Datagram;
        Assert.Equal(PacketFlag.Message, peer.FlagOf(first));
        Assert.Equal(16 + 23 + 32 + 20, first.Length);

        Challenge challenge = peer.MakeChallenge(first);
        byte[] handshake = Assert.Single(peer.Send(RawPeer.Write(challenge)));
        Ping ping = Assert.IsType<Ping>(peer.Accept(handshake, challenge));
        Assert.Empty(peer.Ask(new Pong(ping.RequestId, 1, rig.EndPoint)));

        RequestOutcome.Pong outcome = Assert.IsType<RequestOutcome.Pong>(rig.Outcomes[caller]);
        Assert.Equal(rig.EndPoint, outcome.Observed);
        Discv5Event.SessionEstablished established = Assert.Single(rig.Events.OfType<Discv5Event.SessionEstablished>());
        Assert.True(established.Outbound);
        Assert.Equal(0, rig.Metrics.PendingRequests);
    }

    [Fact]
    public void Handshake_leaves_our_record_out_when_the_peer_has_it()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, new object()))).Datagram;
        byte[] without = Assert.Single(peer.Send(RawPeer.Write(peer.MakeChallenge(first, known: rig.Core.LocalEnr))));

        using CoreRig other = new();
        RawPeer stranger = new(other);
        byte[] second = Assert.Single(other.Do(new ProtocolInput.Ping(stranger.Contact, new object()))).Datagram;
        byte[] with = Assert.Single(stranger.Send(RawPeer.Write(stranger.MakeChallenge(second))));
        Assert.Equal(other.Core.LocalEnr.Encoded.Length, with.Length - without.Length);
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("address")]
    public void Challenge_to_nothing_we_sent_is_ignored(string wrong)
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, new object()))).Datagram;
        byte[] challenge = RawPeer.Write(peer.MakeChallenge(wrong == "nonce" ? OtherNonce(first) : first));
        if (wrong == "address")
            peer.EndPoint = new IPEndPoint(IPAddress.Parse("10.0.0.8"), 9000);
        Assert.Empty(rig.Receive(peer.EndPoint, challenge));
        Assert.Equal(1, rig.Metrics.ChallengesIgnored);
        Assert.Equal(0, rig.Metrics.Sessions);
    }

    [Fact]
    public void Only_one_challenge_per_packet_is_answered()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, new object()))).Datagram;
        Assert.Single(peer.Send(RawPeer.Write(peer.MakeChallenge(first))));
        Assert.Empty(peer.Send(RawPeer.Write(peer.MakeChallenge(first))));
        Assert.Equal(1, rig.Metrics.ChallengesIgnored);
    }

    [Fact]
    public void Requests_queue_behind_a_handshake_and_fail_with_it()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        object[] callers = [new(), new(), new()];
        Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, callers[0])));
        Assert.Empty(rig.Do(new ProtocolInput.Ping(peer.Contact, callers[1])));
        Assert.Empty(rig.Do(new ProtocolInput.FindNode(peer.Contact, [0], callers[2])));

        Assert.Single(rig.Advance(Timeout));
        Assert.Empty(rig.Outcomes);
        Assert.Empty(rig.Advance(Timeout));
        Assert.All(callers, caller => Assert.Equal(new RequestOutcome.Failed(Discv5Error.Timeout), rig.Outcomes[caller]));
        Assert.Equal(0, rig.Metrics.PendingRequests);
    }

    [Fact]
    public void Queued_requests_go_out_when_the_session_is_proven()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        object second = new();
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, new object()))).Datagram;
        Assert.Empty(rig.Do(new ProtocolInput.FindNode(peer.Contact, [0], second)));
        Challenge challenge = peer.MakeChallenge(first);
        Ping ping = Assert.IsType<Ping>(peer.Accept(Assert.Single(peer.Send(RawPeer.Write(challenge))), challenge));
        FindNode find = Assert.IsType<FindNode>(Assert.Single(peer.Ask(new Pong(ping.RequestId, 1, rig.EndPoint))));
        peer.Ask(new Nodes(find.RequestId, 1, [peer.Record]));
        Assert.Equal(peer.Record, Assert.Single(Assert.IsType<RequestOutcome.Nodes>(rig.Outcomes[second]).Records));
    }

    [Fact]
    public void A_lost_handshake_is_sent_again_with_the_request_under_the_new_keys()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        object caller = new();
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, caller))).Datagram;
        Challenge challenge = peer.MakeChallenge(first);
        byte[] lost = Assert.Single(peer.Send(RawPeer.Write(challenge)));
        List<(IPEndPoint To, byte[] Datagram)> again = rig.Advance(Timeout);
        Assert.Equal(2, again.Count);
        Assert.Equal(lost, again[0].Datagram);

        Ping inHandshake = Assert.IsType<Ping>(peer.Accept(again[0].Datagram, challenge));
        Ping underKeys = Assert.IsType<Ping>(peer.Read(again[1].Datagram));
        Assert.Equal(inHandshake.RequestId, underKeys.RequestId);
        peer.Ask(new Pong(underKeys.RequestId, 1, rig.EndPoint));
        Assert.IsType<RequestOutcome.Pong>(rig.Outcomes[caller]);
    }

    [Fact]
    public void After_the_peer_lost_its_session_all_pending_requests_go_out_under_the_new_one()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        object[] callers = [new(), new()];
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, callers[0]))).Datagram;
        Assert.Single(rig.Do(new ProtocolInput.Ping(peer.Contact, callers[1])));

        Challenge challenge = peer.MakeChallenge(first);
        Ping ping = Assert.IsType<Ping>(peer.Accept(Assert.Single(peer.Send(RawPeer.Write(challenge))), challenge));
        Ping second = Assert.IsType<Ping>(Assert.Single(peer.Ask(new Pong(ping.RequestId, 1, rig.EndPoint))));
        peer.Ask(new Pong(second.RequestId, 1, rig.EndPoint));
        Assert.All(callers, caller => Assert.IsType<RequestOutcome.Pong>(rig.Outcomes[caller]));
    }

    [Fact]
    public void A_node_known_by_key_alone_is_asked_for_its_record_before_it_counts_as_established()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        NodeContact enode = new(peer.Key.PublicKey, peer.EndPoint);
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Ping(enode, new object()))).Datagram;
        Challenge challenge = peer.MakeChallenge(first);
        Ping ping = Assert.IsType<Ping>(peer.Accept(Assert.Single(peer.Send(RawPeer.Write(challenge))), challenge));
        FindNode find = Assert.IsType<FindNode>(Assert.Single(peer.Ask(new Pong(ping.RequestId, 1, rig.EndPoint))));
        Assert.Equal([0], find.Distances);
        Assert.Empty(rig.Events.OfType<Discv5Event.SessionEstablished>());

        peer.Ask(new Nodes(find.RequestId, 1, [peer.Record]));
        Assert.Equal(peer.Record, Assert.Single(rig.Events.OfType<Discv5Event.SessionEstablished>()).Record);
        Assert.Contains(rig.Core.SnapshotTable(), entry => entry.Record.Equals(peer.Record));
    }

    [Fact]
    public void A_ping_with_a_higher_sequence_number_makes_us_ask_for_the_record_once()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        FindNode find = Assert.Single(peer.Ask(new Ping(RawPeer.NewId(2), 5)).OfType<FindNode>());
        Assert.Equal([0], find.Distances);
        Assert.Empty(peer.Ask(new Ping(RawPeer.NewId(3), 5)).OfType<FindNode>());

        Enr newer = new EnrBuilder(peer.Record) { Sequence = 5 }.Build(peer.Key);
        peer.Ask(new Nodes(find.RequestId, 1, [newer]));
        Assert.Empty(peer.Ask(new Ping(RawPeer.NewId(4), 5)).OfType<FindNode>());
    }

    [Fact]
    public void A_record_of_number_0_is_told_once_like_any_other()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        Enr first = new EnrBuilder(peer.Record) { Sequence = 0 }.Build(peer.Key);
        foreach (Enr record in new[] { first, first, first, peer.Record, peer.Record, first })
            rig.Do(new ProtocolInput.AddEnr(record));
        Assert.Equal([first, peer.Record], rig.Events.OfType<Discv5Event.Discovered>().Select(raised => raised.Record));
    }

    [Fact]
    public void A_request_too_long_for_a_handshake_waits_behind_a_ping()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        object caller = new();
        byte[] payload = new byte[Discv5Limits.MaxTalkPayload];
        byte[] first = Assert.Single(rig.Do(new ProtocolInput.Talk(peer.Contact, "p"u8.ToArray(), payload, caller))).Datagram;
        Challenge challenge = peer.MakeChallenge(first);
        Ping ping = Assert.IsType<Ping>(peer.Accept(Assert.Single(peer.Send(RawPeer.Write(challenge))), challenge));
        TalkRequest talk = Assert.IsType<TalkRequest>(Assert.Single(peer.Ask(new Pong(ping.RequestId, 1, rig.EndPoint))));
        Assert.Equal(payload.Length, talk.Payload.Length);
        peer.Ask(new TalkResponse(talk.RequestId, new byte[] { 7 }));
        Assert.Equal(7, Assert.Single(Assert.IsType<RequestOutcome.Talk>(rig.Outcomes[caller]).Response.ToArray()));
    }

    [Fact]
    public void Bans_and_limits_end_requests_at_once()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        object[] callers = [.. Enumerable.Range(0, Discv5Limits.MaxRequestsPerNode + 1).Select(_ => new object())];
        foreach (object caller in callers)
            rig.Do(new ProtocolInput.Ping(peer.Contact, caller));
        Assert.Equal(new RequestOutcome.Failed(Discv5Error.LimitReached), rig.Outcomes[callers[^1]]);
        Assert.Single(rig.Outcomes);

        rig.Do(new ProtocolInput.Ban(peer.Id, null, TimeSpan.FromHours(1)));
        Assert.All(callers[..^1], caller => Assert.Equal(new RequestOutcome.Failed(Discv5Error.Forbidden), rig.Outcomes[caller]));
        Assert.Equal(0, rig.Metrics.PendingRequests);
        Assert.Empty(peer.Send(peer.Unreadable(out _)));

        rig.Do(new ProtocolInput.Unban(peer.Id, null));
        Assert.Single(peer.Send(peer.Unreadable(out _)));
    }

    [Fact]
    public void Stopping_fails_what_is_in_flight_and_sends_nothing_more()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        object ping = new(), lookup = new();
        rig.Do(new ProtocolInput.AddEnr(peer.Record));
        rig.Do(new ProtocolInput.Ping(peer.Contact, ping));
        rig.Do(new ProtocolInput.Lookup(null, lookup));
        rig.Stop();
        Assert.Equal(new RequestOutcome.Failed(Discv5Error.Stopped), rig.Outcomes[ping]);
        Assert.Equal(new RequestOutcome.Failed(Discv5Error.Stopped), rig.Outcomes[lookup]);
        Assert.Equal(TimeSpan.MaxValue, rig.Core.NextDeadline);
    }

    /// <summary>The same packet with another nonce in its header (the mask is a stream, so a flipped bit flips that bit).</summary>
    private static byte[] OtherNonce(byte[] packet)
    {
        byte[] other = [.. packet];
        other[16 + 9] ^= 1;
        return other;
    }
}
