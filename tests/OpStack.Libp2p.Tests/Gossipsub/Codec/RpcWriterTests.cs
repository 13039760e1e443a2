using System.Buffers;
using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Tests.Protos;

namespace OpStack.Libp2p.Tests.Gossipsub.Codec;

public class RpcWriterTests
{
    [Fact]
    public void WritesWhatProtobufWrites()
    {
        RpcMessage oracle = SampleRpc.Full();
        oracle.Publish.Clear();
        Assert.True(RpcReader.TryRead(oracle.ToByteArray(), SampleRpc.Topics, out GossipRpc rpc, out _));

        RpcMessage written = Assert.Single(Write(rpc, out int bytes));

        Assert.Equal(oracle, written);
        Assert.Equal(oracle.CalculateSize(), RpcWriter.LengthOf(rpc));
        Assert.Equal(oracle.CalculateSize() + 2, bytes);
    }

    [Fact]
    public void WritesNothingForAnEmptyRpc() => Assert.Empty(Write(new GossipRpc(), out _));

    [Theory]
    [InlineData(4000.5, 3600)]
    [InlineData(60, 60)]
    [InlineData(9.2, 10)]
    public void NeverSendsABackoffOverAnHour(double seconds, ulong sent)
    {
        GossipRpc rpc = new() { Prune = { new Prune("a", TimeSpan.FromSeconds(seconds), []) } };
        Assert.Equal(sent, Assert.Single(Write(rpc, out _)).Control.Prune[0].Backoff);
    }

    [Fact]
    public void LeavesOutTheBackoffThatIsNotGiven()
    {
        GossipRpc rpc = new() { Prune = { new Prune("a", null, []) } };
        Assert.False(Assert.Single(Write(rpc, out _)).Control.Prune[0].HasBackoff);
    }

    [Fact]
    public void SplitsControlAtSixteenKibibytes()
    {
        GossipRpc rpc = new();
        MessageId[] ids = [.. Enumerable.Range(0, 5000).Select(i => new MessageId(BitConverter.GetBytes((long)i << 20).Concat(new byte[12]).ToArray()))];
        rpc.IHave.Add(new IHave("a", ids));
        rpc.IHave.Add(new IHave("b", ids[..700]));
        rpc.IWant.AddRange(ids[..1500]);
        rpc.IDontWant.AddRange(ids[..900]);
        rpc.Graft.AddRange(["a", "b"]);
        rpc.Prune.Add(new Prune("a", TimeSpan.FromSeconds(60), [.. Enumerable.Range(1, 16).Select(i => new PeerInfo(SampleRpc.Peer((byte)i), new byte[4000]))]));
        rpc.Subscriptions.AddRange(Enumerable.Range(0, 100).Select(i => new SubscriptionEntry(new string('t', 200), i % 2 == 0)));

        List<RpcMessage> parts = Write(rpc, out _);

        Assert.All(parts, part => Assert.InRange(part.CalculateSize(), 1, RpcLimits.MaxControlBytesSent));
        Assert.InRange(parts.Count, 11, 14);
        Assert.Equal(100, parts.Sum(p => p.Subscriptions.Count));
        List<ControlMessage> control = [.. parts.Select(p => p.Control).Where(c => c is not null)];
        Assert.Equal(ids, IdsOf(control.SelectMany(c => c.Ihave).Where(i => i.TopicID == "a").SelectMany(i => i.MessageIDs)));
        Assert.Equal(ids[..700], IdsOf(control.SelectMany(c => c.Ihave).Where(i => i.TopicID == "b").SelectMany(i => i.MessageIDs)));
        Assert.Equal(ids[..1500], IdsOf(control.SelectMany(c => c.Iwant).SelectMany(i => i.MessageIDs)));
        Assert.Equal(ids[..900], IdsOf(control.SelectMany(c => c.Idontwant).SelectMany(i => i.MessageIDs)));
        Assert.Equal(["a", "b"], control.SelectMany(c => c.Graft).Select(g => g.TopicID));
        Assert.InRange(Assert.Single(control.SelectMany(c => c.Prune)).Peers.Count, 3, 4);
    }

    private static IEnumerable<MessageId> IdsOf(IEnumerable<ByteString> ids) => ids.Select(id => new MessageId(id.Span));

    private static List<RpcMessage> Write(GossipRpc rpc, out int length)
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter.Write(rpc, output);
        length = output.WrittenCount;
        using MemoryStream stream = new(output.WrittenSpan.ToArray());
        List<RpcMessage> messages = [];
        while (stream.Position < stream.Length)
        {
            messages.Add(RpcMessage.Parser.ParseDelimitedFrom(stream));
        }

        return messages;
    }
}
