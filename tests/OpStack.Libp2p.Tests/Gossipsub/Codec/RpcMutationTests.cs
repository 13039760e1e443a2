using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Tests.Protos;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Codec;

public class RpcMutationTests
{
    [Fact]
    public void EveryTruncationAgreesWithProtobuf()
    {
        byte[] frame = SampleRpc.Full().ToByteArray();
        int refused = 0;
        foreach (byte[] truncated in Mutations.Truncations(frame))
        {
            bool ours = RpcReader.TryRead(truncated, SampleRpc.Topics, out _, out _);
            Assert.Equal(TryOracle(truncated, out _), ours);
            refused += ours ? 0 : 1;
        }

        Assert.InRange(refused, frame.Length / 2, frame.Length);
    }

    [Fact]
    public void MutationsNeverThrowAndAllocateNoMoreThanTheySent()
    {
        byte[] original = SampleRpc.Full().ToByteArray();
        Random random = new(20261121);
        int accepted = 0;
        for (int round = 0; round < 50_000; round++)
        {
            byte[] frame = Mutations.Mutate(random, [original]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool read = RpcReader.TryRead(frame, SampleRpc.Topics, out GossipRpc rpc, out RpcError error);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.Equal(read, error == RpcError.None);
            Assert.InRange(allocated, 0, 4096 + (64 * frame.Length));
            Assert.All(rpc.Publish, p => Assert.InRange(p.DataOffset + p.DataLength, 0, frame.Length));
            accepted += read ? 1 : 0;
            if (read && TryOracle(frame, out RpcMessage? oracle))
            {
                Assert.Equal(oracle.Subscriptions.Count(s => s.Topicid is "a" or "b"), rpc.Subscriptions.Count);
                Assert.Equal(oracle.Publish.Count(p => p.Topic is "a" or "b"), rpc.Publish.Count);
                Assert.Equal(oracle.Control?.Graft.Count(g => g.TopicID is "a" or "b") ?? 0, rpc.Graft.Count);
            }
        }

        Assert.InRange(accepted, 100, 49_900);
    }

    private static bool TryOracle(byte[] frame, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RpcMessage? message)
    {
        try
        {
            message = RpcMessage.Parser.ParseFrom(frame);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }
}
