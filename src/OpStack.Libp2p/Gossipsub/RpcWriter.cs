using System.Buffers;
using OpStack.Libp2p.Protobuf;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Encodes the subscriptions and control of an RPC, length-prefixed, fields ascending (wire.md 9.2). What exceeds
/// <see cref="RpcLimits.MaxControlBytesSent"/> goes out as several RPCs: rust-libp2p-gossipsub 0.50 drops the stream otherwise.
/// Messages are never written here: they travel as <see cref="GossipFrame"/>.
/// </summary>
internal static partial class RpcWriter
{
    /// <summary>Writes the RPC, or the RPCs it is split into, one after the other; nothing when it is empty.</summary>
    public static void Write(GossipRpc rpc, IBufferWriter<byte> output)
    {
        foreach (GossipRpc part in Split(rpc))
        {
            int length = LengthOf(part);
            int prefix = Varint.LengthOf((ulong)length);
            Span<byte> destination = output.GetSpan(prefix + length)[..(prefix + length)];
            Varint.Write(destination, (ulong)length);
            WriteRpc(part, destination[prefix..]);
            output.Advance(prefix + length);
        }
    }

    /// <summary>Bytes of the RPC without a length prefix, before any split.</summary>
    public static int LengthOf(GossipRpc rpc)
    {
        int length = 0;
        foreach (SubscriptionEntry entry in rpc.Subscriptions)
        {
            length += ProtobufSize.Bytes(RpcFields.Subscriptions, LengthOf(entry));
        }

        return length + (rpc.HasControl ? ProtobufSize.Bytes(RpcFields.Control, ControlLengthOf(rpc)) : 0);
    }

    private static int LengthOf(SubscriptionEntry entry) =>
        ProtobufSize.Varint(RpcFields.SubscriptionSubscribe, 1) + ProtobufSize.String(RpcFields.SubscriptionTopic, entry.Topic);

    private static int ControlLengthOf(GossipRpc rpc)
    {
        int length = 0;
        foreach (IHave ihave in rpc.IHave)
        {
            length += ProtobufSize.Bytes(RpcFields.ControlIHave, LengthOf(ihave));
        }

        length += rpc.IWant.Count == 0 ? 0 : ProtobufSize.Bytes(RpcFields.ControlIWant, IdsLength(rpc.IWant));
        foreach (string topic in rpc.Graft)
        {
            length += ProtobufSize.Bytes(RpcFields.ControlGraft, ProtobufSize.String(RpcFields.ControlTopic, topic));
        }

        foreach (Prune prune in rpc.Prune)
        {
            length += ProtobufSize.Bytes(RpcFields.ControlPrune, LengthOf(prune));
        }

        return length + (rpc.IDontWant.Count == 0 ? 0 : ProtobufSize.Bytes(RpcFields.ControlIDontWant, IdsLength(rpc.IDontWant)));
    }

    private static int LengthOf(IHave ihave)
    {
        int length = ProtobufSize.String(RpcFields.ControlTopic, ihave.Topic);
        foreach (MessageId id in ihave.Ids)
        {
            length += ProtobufSize.Bytes(RpcFields.IHaveIds, id.Length);
        }

        return length;
    }

    private static int IdsLength(List<MessageId> ids)
    {
        int length = 0;
        foreach (MessageId id in ids)
        {
            length += ProtobufSize.Bytes(RpcFields.WantIds, id.Length);
        }

        return length;
    }

    private static int LengthOf(Prune prune)
    {
        int length = ProtobufSize.String(RpcFields.ControlTopic, prune.Topic);
        foreach (PeerInfo peer in prune.Peers)
        {
            length += ProtobufSize.Bytes(RpcFields.PrunePeers, LengthOf(peer));
        }

        return length + (prune.Backoff is null ? 0 : ProtobufSize.Varint(RpcFields.PruneBackoff, Seconds(prune.Backoff.Value)));
    }

    private static int LengthOf(PeerInfo peer) =>
        ProtobufSize.Bytes(RpcFields.PeerInfoId, peer.Peer.Bytes.Length)
        + (peer.SignedPeerRecord is null ? 0 : ProtobufSize.Bytes(RpcFields.PeerInfoSignedRecord, peer.SignedPeerRecord.Length));

    /// <summary>Whole seconds, up; peers of old rust versions overflow on more than an hour (wire.md 9.10).</summary>
    private static ulong Seconds(TimeSpan backoff) => (ulong)Math.Clamp(Math.Ceiling(backoff.TotalSeconds), 0, RpcLimits.MaxPruneBackoffSeconds);
}
