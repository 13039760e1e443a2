using System.Net;
using OpStack.Discv5.Lookups;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>Floods and forgeries (attack-cases.md, rows 51, 53, 54), in virtual time and exact counts.</summary>
public sealed class FloodTests
{
    [Fact]
    [Trait("Row", "51")]
    public void Random_datagrams_from_a_thousand_ports_get_no_answer()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        Random random = new(51);
        int[] sizes = [46, 62, 63, 1280, 1281];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] datagram = new byte[sizes[i % sizes.Length]];
            random.NextBytes(datagram);
            Assert.Empty(rig.Receive(new IPEndPoint(new IPAddress(0x08080808 + (i % 7)), 20_000 + (i % 1000)), datagram));
            if (i % 100 == 0)
                rig.Advance(TimeSpan.FromMilliseconds(1));
        }

        Discv5Metrics metrics = rig.Metrics;
        Assert.Equal(0, metrics.BytesSent);
        Assert.Equal(100_000, metrics.PacketsFiltered + metrics.PacketsMalformed);
        RawPeer peer = new(rig, "198.51.99.1");
        peer.Shake();
    }

    [Fact]
    [Trait("Row", "51")]
    public void Packets_that_only_look_right_cost_no_more_bytes_than_they_bring()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        Random random = new(8);
        long answers = 0;
        for (int i = 0; i < 10_000; i++)
        {
            // From one address under ever new ids and ports, spread over ten seconds.
            byte[] packet = RawPeer.Unreadable(LookupTarget.Random(random), rig.Id, random, length: 16);
            foreach ((_, byte[] answer) in rig.Receive(new IPEndPoint(IPAddress.Parse("8.8.8.8"), 1024 + i), packet))
            {
                Assert.True(answer.Length <= packet.Length);
                answers++;
            }

            rig.Advance(TimeSpan.FromMilliseconds(1));
        }

        // 9 at once, and 9 more each second: ten a second in the mean.
        Assert.InRange(answers, 90, 100);
        Assert.True(rig.Metrics.BytesSent <= rig.Metrics.BytesReceived);
    }

    [Fact]
    [Trait("Row", "51")]
    public void Challenges_to_everybody_together_have_a_budget_and_a_bounded_memory()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        Random random = new(8);
        long answers = 0;
        for (int i = 0; i < 20_000; i++)
        {
            IPEndPoint from = new(new IPAddress([(byte)(11 + (i % 50)), (byte)(i / 250 % 250), (byte)(i % 250), 1]), 9000);
            answers += rig.Receive(from, RawPeer.Unreadable(LookupTarget.Random(random), rig.Id, random)).Count;
        }

        Assert.Equal(500, answers);
        Assert.InRange(rig.Metrics.Challenges, 1, 1024);
        rig.Advance(TimeSpan.FromSeconds(2));
        RawPeer late = new(rig, "9.9.9.9", seed: 3);
        late.Shake();
        Assert.Equal(0, rig.Metrics.Challenges);
    }

    [Fact]
    [Trait("Row", "53")]
    public void A_challenge_costs_one_signature_check_however_many_handshakes_come()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        RawPeer peer = new(rig, "9.9.9.9");
        using Secp256k1PrivateKey foreign = RawPeer.NewKey(new Random(5));
        byte[] whoAreYou = Assert.Single(peer.Send(peer.Unreadable(out _)));
        byte[] forged = peer.AnswerChallenge(whoAreYou, new Ping(RawPeer.NewId(1), 1), signedBy: foreign);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Empty(peer.Send(forged));
            rig.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(1, rig.Metrics.IdentityChecks);
        Assert.Equal(0, rig.Metrics.Sessions);

        // More than 8 a second are not even looked at.
        Assert.InRange(rig.Metrics.HandshakesRefused, 1, 8 * 12);
        rig.Advance(TimeSpan.FromSeconds(2));
        peer.Shake();
    }

    [Fact]
    [Trait("Row", "55")]
    public void The_tenth_identity_of_an_address_bans_it_and_the_nine_before_go_too()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        for (int i = 0; i < 9; i++)
        {
            RawPeer peer = new(rig, "9.9.9.9", seed: 700 + i);
            peer.EndPoint = new IPEndPoint(peer.EndPoint.Address, 9000 + i);
            peer.Shake();
            rig.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(9, rig.Metrics.Sessions);
        RawPeer tenth = new(rig, "9.9.9.9", seed: 800);
        byte[] whoAreYou = Assert.Single(tenth.Send(tenth.Unreadable(out _)));
        Assert.Empty(tenth.Send(tenth.AnswerChallenge(whoAreYou, new Ping(RawPeer.NewId(1), 1))));
        Assert.Equal(0, rig.Metrics.Sessions);
        Assert.Empty(rig.Core.SnapshotTable());
        Assert.Empty(tenth.Send(tenth.Unreadable(out _)));
        rig.Advance(TimeSpan.FromHours(1));
        Assert.Single(tenth.Send(tenth.Unreadable(out _)));
    }

    [Fact]
    [Trait("Row", "53")]
    public void A_handshake_to_another_challenge_is_refused()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] old = Assert.Single(peer.Send(peer.Unreadable(out _)));
        rig.Advance(TimeSpan.FromSeconds(2));
        byte[] fresh = Assert.Single(peer.Send(peer.Unreadable(out _)));
        Assert.NotEqual(old, fresh);
        Assert.Empty(peer.Send(peer.AnswerChallenge(old, new Ping(RawPeer.NewId(1), 1))));
        Assert.Equal(1, rig.Metrics.HandshakesRefused);
    }

    [Fact]
    [Trait("Row", "54")]
    public void A_replayed_handshake_is_dropped_and_the_session_stays()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        byte[] whoAreYou = Assert.Single(peer.Send(peer.Unreadable(out _)));
        byte[] handshake = peer.AnswerChallenge(whoAreYou, new Ping(RawPeer.NewId(1), 1));
        Assert.Contains(peer.Send(handshake), answer => peer.Read(answer) is Pong);
        Assert.Empty(peer.Send(handshake));
        Assert.Empty(rig.Receive(new IPEndPoint(IPAddress.Parse("10.0.0.77"), 9000), handshake));
        Assert.Single(peer.Ask(new Ping(RawPeer.NewId(2), 1)));
    }

    [Fact]
    [Trait("Row", "54")]
    public void A_replayed_request_from_elsewhere_gets_a_challenge_and_nothing_longer()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        byte[] find = peer.Encrypt(new FindNode(RawPeer.NewId(4), [0]));
        Assert.IsType<Nodes>(peer.Read(Assert.Single(peer.Send(find))));
        (IPEndPoint to, byte[] answer) = Assert.Single(rig.Receive(new IPEndPoint(IPAddress.Parse("10.0.0.66"), 9000), find));
        Assert.Equal("10.0.0.66", to.Address.ToString());
        Assert.Equal(PacketLimits.MinSize, answer.Length);
        Assert.True(answer.Length <= find.Length);
    }

    /// <summary>
    /// Other implementations repeat an unanswered request byte for byte, so a repetition is answered as geth and sigp answer it: to its sender, at the
    /// rate of one node, and it changes nothing.
    /// </summary>
    [Fact]
    [Trait("Row", "54")]
    public void A_request_replayed_a_thousand_times_is_answered_8_times_a_second_to_its_sender_alone()
    {
        using CoreRig rig = new(address: "203.0.114.1");
        RawPeer peer = new(rig, "9.9.9.9");
        peer.Shake();
        rig.Advance(TimeSpan.FromSeconds(2));
        byte[] find = peer.Encrypt(new FindNode(RawPeer.NewId(4), [0]));
        int table = rig.Core.SnapshotTable().Count, events = rig.Events.Count, answers = 0;
        for (int i = 0; i < 1000; i++)
        {
            List<(IPEndPoint To, byte[] Datagram)> sent = rig.Receive(peer.EndPoint, find);
            Assert.All(sent, answer => Assert.Equal(peer.EndPoint, answer.To));
            answers += sent.Count;
            rig.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(answers, 8, 16);
        Assert.Equal((table, events), (rig.Core.SnapshotTable().Count, rig.Events.Count));
    }

    [Fact]
    public void Mapped_and_plain_addresses_are_one_peer()
    {
        using CoreRig rig = new();
        RawPeer peer = new(rig);
        peer.Shake();
        IPEndPoint mapped = new(peer.EndPoint.Address.MapToIPv6(), peer.EndPoint.Port);
        (IPEndPoint to, byte[] answer) = Assert.Single(rig.Receive(mapped, peer.Encrypt(new Ping(RawPeer.NewId(2), 1))));
        Assert.Equal(peer.EndPoint, to);
        Assert.Equal(peer.EndPoint, Assert.IsType<Pong>(peer.Read(answer)).Recipient);
    }

    [Fact]
    public void Mutated_datagrams_never_break_the_core()
    {
        using CoreRig rig = new(new Discv5Options { TableRefresh = false });
        RawPeer peer = new(rig);
        peer.Shake();
        byte[] whoAreYou = peer.Send(peer.Unreadable(out _))[0];
        byte[][] seeds =
        [
            peer.Encrypt(new FindNode(RawPeer.NewId(4), [0, 256])),
            peer.AnswerChallenge(whoAreYou, new Ping(RawPeer.NewId(1), 1)),
            whoAreYou,
        ];
        Random random = new(54);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] datagram = [.. seeds[i % seeds.Length]];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                datagram[random.Next(datagram.Length)] ^= (byte)(1 << random.Next(8));
            peer.Send(datagram[..random.Next(datagram.Length + 1)]);
        }

        Assert.InRange(rig.Metrics.Sessions, 1, 1);
        Assert.Equal(0, rig.Metrics.PendingRequests);
    }
}
