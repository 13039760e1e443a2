using OpStack.Discv5.Messages;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>What the core takes of NODES answers (attack-cases.md, row 54), and what it gives.</summary>
[Trait("Row", "54")]
public sealed class NodesResponseTests : IDisposable
{
    private static readonly TimeSpan Timeout = new Discv5Options().RequestTimeout;
    private readonly CoreRig _rig = new();
    private readonly RawPeer _peer;
    private readonly object _caller = new();

    public NodesResponseTests()
    {
        _peer = new RawPeer(_rig);
        _peer.Shake();
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Several_packets_are_put_together_and_each_restarts_the_timer()
    {
        Enr[] records = RecordsAt(256, 3);
        FindNode find = Ask(256);
        for (int i = 0; i < 3; i++)
        {
            _rig.Advance(Timeout - TimeSpan.FromMilliseconds(1));
            Assert.Empty(_rig.Outcomes);
            _peer.Ask(new Nodes(find.RequestId, 3, [records[i]]));
        }

        Assert.Equal(records, Result());
    }

    [Fact]
    public void What_came_is_the_answer_when_the_rest_is_lost()
    {
        Enr[] records = RecordsAt(256, 1);
        FindNode find = Ask(256);
        _peer.Ask(new Nodes(find.RequestId, 4, records));
        _rig.Advance(Timeout);
        Assert.Equal(records, Result());
    }

    [Fact]
    public void A_total_above_five_ends_after_five_packets()
    {
        FindNode find = Ask(256);
        for (int i = 0; i < 5; i++)
        {
            Assert.Empty(_rig.Outcomes);
            _peer.Ask(new Nodes(find.RequestId, 16, []));
        }

        Assert.Empty(Result());
    }

    [Fact]
    public void A_total_of_255_is_no_message()
    {
        FindNode find = Ask(256);
        _peer.Send(_peer.Encrypt(RawNodes(find.RequestId, 255)));
        Assert.Equal(1, _rig.Metrics.MessagesMalformed);
        Assert.Empty(_rig.Outcomes);
    }

    [Fact]
    public void A_record_of_another_distance_spoils_the_answer()
    {
        Enr[] right = RecordsAt(256, 1), wrong = RecordsAt(255, 1);
        FindNode find = Ask(256);
        _peer.Ask(new Nodes(find.RequestId, 1, [.. right, .. wrong]));
        Assert.Equal(new RequestOutcome.Failed(Discv5Error.InvalidResponse), _rig.Outcomes[_caller]);
        Assert.DoesNotContain(_rig.Core.SnapshotTable(), entry => wrong.Contains(entry.Record) || right.Contains(entry.Record));
    }

    [Fact]
    public void Late_duplicate_and_replayed_answers_are_ignored()
    {
        Enr[] records = RecordsAt(256, 2);
        FindNode find = Ask(256);
        byte[] answer = _peer.Encrypt(new Nodes(find.RequestId, 1, [records[0]]));
        _peer.Send(answer);
        long ignored = _rig.Metrics.ResponsesIgnored;
        _peer.Send(answer);
        _peer.Ask(new Nodes(find.RequestId, 1, [records[1]]));
        _peer.Ask(new Pong(find.RequestId, 1, _rig.EndPoint));
        Assert.Equal(ignored + 3, _rig.Metrics.ResponsesIgnored);
        Assert.Equal(records[..1], Result());
    }

    [Fact]
    public void An_answer_from_another_session_is_ignored()
    {
        FindNode find = Ask(256);
        RawPeer other = new(_rig, "10.0.0.5", seed: 55);
        other.Shake();
        other.Ask(new Nodes(find.RequestId, 1, RecordsAt(256, 1)));
        Assert.Empty(_rig.Outcomes);
    }

    [Fact]
    public void Answers_pack_records_into_at_most_five_packets_of_1280_bytes()
    {
        // 16 records of nearly the largest size: 3 fit a packet, so 15 are told.
        RawPeer[] bystanders =
        [
            .. Enumerable.Range(500, 1000).Select(seed => new RawPeer(_rig, $"10.0.{seed / 250}.{(seed % 250) + 1}", seed, padding: 150))
                .Where(bystander => _rig.Id.DistanceTo(bystander.Id) == 256).Take(16),
        ];
        foreach (RawPeer bystander in bystanders)
        {
            bystander.Shake();
            bystander.ProveAlive();
        }

        List<byte[]> packets = _peer.Send(_peer.Encrypt(new FindNode(RawPeer.NewId(8), [256])));
        Nodes[] answers = [.. packets.Select(_peer.Read).Cast<Nodes>()];
        Assert.Equal(5, answers.Length);
        Assert.All(answers, nodes => Assert.Equal(5, nodes.Total));
        Assert.All(packets, packet => Assert.InRange(packet.Length, 63, 1280));
        Assert.Equal(15, answers.SelectMany(nodes => nodes.Records).Distinct().Count());
    }

    private FindNode Ask(params int[] distances)
    {
        List<(System.Net.IPEndPoint To, byte[] Datagram)> sent = _rig.Do(new ProtocolInput.FindNode(_peer.Contact, distances, _caller));
        return Assert.IsType<FindNode>(_peer.Read(Assert.Single(sent).Datagram));
    }

    private IReadOnlyList<Enr> Result() => Assert.IsType<RequestOutcome.Nodes>(_rig.Outcomes[_caller]).Records;

    /// <summary>Records at a distance from the peer, in its own network.</summary>
    private Enr[] RecordsAt(int distance, int count) =>
    [
        .. Enumerable.Range(1000 * distance, int.MaxValue - 1_000_000).Select(seed => new RawPeer(_rig, $"10.0.3.{(seed % 200) + 1}", seed).Record)
            .Where(record => _peer.Id.DistanceTo(record.NodeId) == distance).Take(count),
    ];

    private static byte[] RawNodes(RequestId id, byte total)
    {
        byte[] head = [4, 0xcc, 0x88];
        return [.. head, .. id.Span, 0x81, total, 0xc0];
    }
}
