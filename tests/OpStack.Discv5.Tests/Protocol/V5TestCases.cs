using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>The ten cases that geth's v5test asks of every client (attack-cases.md, row 52), against the core.</summary>
[Trait("Row", "52")]
public sealed class V5TestCases
{
    [Fact]
    public void Ping_is_answered_with_the_endpoint_it_came_from()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] whoAreYou = Assert.Single(peer.Send(peer.Unreadable(out PacketNonce nonce)));
        Assert.Equal(PacketFlag.WhoAreYou, peer.FlagOf(whoAreYou));
        Assert.Equal(nonce, peer.NonceOf(whoAreYou));

        Ping ping = new(RawPeer.NewId(5), 1);
        Pong pong = Assert.IsType<Pong>(peer.Read(Assert.Single(peer.Send(peer.AnswerChallenge(whoAreYou, ping)))));
        Assert.Equal(ping.RequestId, pong.RequestId);
        Assert.Equal(peer.EndPoint, pong.Recipient);
        Assert.Equal(rig.Core.LocalEnr.Sequence, pong.EnrSequence);
    }

    [Fact]
    public void PingLargeRequestId_is_not_answered()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();

        // PING, list of 11 bytes: id of 9 bytes, sequence 1.
        Assert.Empty(peer.Send(peer.Encrypt([1, 0xcb, 0x89, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1])));
        Assert.Equal(1, rig.Metrics.MessagesMalformed);
        Assert.Single(peer.Ask(new Ping(RawPeer.NewId(2), 1)));
    }

    [Fact]
    public void PingMultiIp_makes_a_session_per_address()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        System.Net.IPEndPoint first = peer.EndPoint;

        peer.EndPoint = new(System.Net.IPAddress.Parse("10.0.0.3"), 9000);
        byte[] whoAreYou = Assert.Single(peer.Send(peer.Encrypt(new Ping(RawPeer.NewId(2), 1))));
        Assert.Equal(PacketFlag.WhoAreYou, peer.FlagOf(whoAreYou));
        Pong pong = Assert.IsType<Pong>(peer.Read(Assert.Single(peer.Send(peer.AnswerChallenge(whoAreYou, new Ping(RawPeer.NewId(3), 1))))));
        Assert.Equal(peer.EndPoint, pong.Recipient);
        Assert.Equal(2, rig.Metrics.Sessions);

        // The keys of the second address are not those of the first.
        peer.EndPoint = first;
        Assert.Equal(PacketFlag.WhoAreYou, peer.FlagOf(Assert.Single(peer.Send(peer.Encrypt(new Ping(RawPeer.NewId(4), 1))))));
    }

    [Fact]
    public void HandshakeResend_repeats_the_same_challenge()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] first = Assert.Single(peer.Send(peer.Unreadable(out PacketNonce nonce)));
        byte[] second = Assert.Single(peer.Send(peer.Unreadable(out PacketNonce other)));
        Assert.NotEqual(nonce, other);
        Assert.Equal(first, second);

        Assert.IsType<Pong>(peer.Read(Assert.Single(peer.Send(peer.AnswerChallenge(second, new Ping(RawPeer.NewId(1), 1))))));
    }

    [Fact]
    public void TalkRequest_of_an_unknown_protocol_is_answered_empty()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        TalkRequest request = new(RawPeer.NewId(9), "test-protocol"u8.ToArray(), new byte[] { 1, 2 });
        TalkResponse response = Assert.IsType<TalkResponse>(Assert.Single(peer.Ask(request)));
        Assert.Equal(request.RequestId, response.RequestId);
        Assert.Empty(response.Payload.ToArray());
    }

    [Fact]
    public void FindnodeZeroDistance_returns_the_own_record()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        Nodes nodes = Assert.IsType<Nodes>(Assert.Single(peer.Ask(new FindNode(RawPeer.NewId(2), [0]))));
        Assert.Equal(1, nodes.Total);
        Assert.Equal(rig.Core.LocalEnr, Assert.Single(nodes.Records));
    }

    [Fact]
    public void FindnodeResults_returns_every_live_node_once_and_never_the_asker()
    {
        using CoreRig rig = new();
        RawPeer[] bystanders = [.. Enumerable.Range(1, 5).Select(i => new RawPeer(rig, $"10.0.1.{i}", seed: 100 + i))];
        foreach (RawPeer bystander in bystanders)
        {
            bystander.Shake();
            bystander.ProveAlive();
        }

        RawPeer peer = new(rig);
        peer.Shake();
        int[] distances = [.. bystanders.Select(b => rig.Id.DistanceTo(b.Id)).Append(rig.Id.DistanceTo(peer.Id)).Distinct()];
        List<Nodes> answers = [.. peer.Ask(new FindNode(RawPeer.NewId(2), distances)).Cast<Nodes>()];
        Assert.All(answers, nodes => Assert.Equal(answers.Count, nodes.Total));
        Assert.Equal(
            bystanders.Select(b => b.Id).Order(),
            answers.SelectMany(nodes => nodes.Records).Select(record => record.NodeId).Order());
    }

    [Fact]
    public void FindnodeWrongIp_gets_a_challenge_instead_of_nodes()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        byte[] find = peer.Encrypt(new FindNode(RawPeer.NewId(2), [0]));
        peer.EndPoint = new(System.Net.IPAddress.Parse("10.0.0.9"), 9000);
        byte[] answer = Assert.Single(peer.Send(find));
        Assert.Equal(PacketFlag.WhoAreYou, peer.FlagOf(answer));
        Assert.True(answer.Length <= find.Length);
    }

    [Fact]
    public void FindnodeHandshake_answers_a_request_within_the_handshake_only_when_it_is_proven()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] whoAreYou = Assert.Single(peer.Send(peer.Unreadable(out _)));
        using Primitives.Crypto.Secp256k1.Secp256k1PrivateKey foreign = RawPeer.NewKey(new Random(99));
        Assert.Empty(peer.Send(peer.AnswerChallenge(whoAreYou, new FindNode(RawPeer.NewId(2), [0]), signedBy: foreign)));
        Assert.Equal(0, rig.Metrics.Sessions);

        whoAreYou = Assert.Single(peer.Send(peer.Unreadable(out _)));
        Nodes nodes = Assert.IsType<Nodes>(peer.Read(Assert.Single(peer.Send(peer.AnswerChallenge(whoAreYou, new FindNode(RawPeer.NewId(3), [0]))))));
        Assert.Equal(rig.Core.LocalEnr, Assert.Single(nodes.Records));
    }

    [Fact]
    public void UnsolicitedNodes_change_nothing()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        Enr planted = new RawPeer(rig, "10.0.7.7", seed: 77).Record;
        Assert.Empty(peer.Send(peer.Encrypt(new Nodes(RawPeer.NewId(3), 1, [planted]))));
        Assert.Equal(1, rig.Metrics.ResponsesIgnored);
        Assert.DoesNotContain(rig.Events.OfType<Discv5Event.Discovered>(), e => e.Record.NodeId == planted.NodeId);
        Assert.DoesNotContain(rig.Core.SnapshotTable(), entry => entry.Record.NodeId == planted.NodeId);
    }
}
