using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Tests.Protos;

namespace OpStack.Libp2p.Tests.Gossipsub.Codec;

/// <summary>RPCs to test with, built by Google.Protobuf.</summary>
internal static class SampleRpc
{
    public static readonly TopicTable Topics = new(["a", "b"]);

    public static MessageId Id(byte seed) => new(IdBytes(seed));

    public static PeerId Peer(byte seed)
    {
        byte[] multihash = new byte[34];
        multihash.AsSpan().Fill(seed);
        (multihash[0], multihash[1]) = (0x12, 0x20);
        return PeerId.TryDecode(multihash, out PeerId? peer) ? peer : throw new InvalidOperationException();
    }

    public static ByteString Bytes(int length) => ByteString.CopyFrom(new byte[length]);

    public static RpcMessage Full() => new()
    {
        Subscriptions =
        {
            new RpcMessage.Types.SubOpts { Subscribe = true, Topicid = "a" },
            new RpcMessage.Types.SubOpts { Subscribe = false, Topicid = "b" },
        },
        Publish = { new PublishMessage { Data = ByteString.CopyFrom(9, 8, 7), Topic = "a" } },
        Control = new ControlMessage
        {
            Ihave = { new ControlIHave { TopicID = "a", MessageIDs = { OracleId(1), OracleId(2) } } },
            Iwant = { new ControlIWant { MessageIDs = { OracleId(3) } } },
            Graft = { new ControlGraft { TopicID = "a" }, new ControlGraft { TopicID = "b" } },
            Prune =
            {
                new ControlPrune
                {
                    TopicID = "b",
                    Backoff = 60,
                    Peers =
                    {
                        new PeerInfoMessage { PeerID = ByteString.CopyFrom(Peer(1).Bytes.Span), SignedPeerRecord = ByteString.CopyFrom(5, 5) },
                        new PeerInfoMessage { PeerID = ByteString.CopyFrom(Peer(2).Bytes.Span) },
                    },
                },
            },
            Idontwant = { new ControlIDontWant { MessageIDs = { OracleId(4), OracleId(5) } } },
        },
    };

    private static ByteString OracleId(byte seed) => ByteString.CopyFrom(IdBytes(seed));

    private static byte[] IdBytes(byte seed) => [.. Enumerable.Repeat(seed, 20)];
}
