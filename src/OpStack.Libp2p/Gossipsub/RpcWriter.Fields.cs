using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Gossipsub;

internal static partial class RpcWriter
{
    private static void WriteRpc(GossipRpc rpc, Span<byte> destination)
    {
        ProtobufWriter writer = new(destination);
        foreach (SubscriptionEntry entry in rpc.Subscriptions)
        {
            writer.WriteHeader(RpcFields.Subscriptions, LengthOf(entry));
            writer.WriteVarint(RpcFields.SubscriptionSubscribe, entry.Subscribe ? 1u : 0u);
            writer.WriteString(RpcFields.SubscriptionTopic, entry.Topic);
        }

        if (rpc.HasControl)
        {
            writer.WriteHeader(RpcFields.Control, ControlLengthOf(rpc));
            WriteControl(rpc, ref writer);
        }
    }

    private static void WriteControl(GossipRpc rpc, ref ProtobufWriter writer)
    {
        byte[] id = new byte[MessageId.MaxLength];
        foreach (IHave ihave in rpc.IHave)
        {
            writer.WriteHeader(RpcFields.ControlIHave, LengthOf(ihave));
            writer.WriteString(RpcFields.ControlTopic, ihave.Topic);
            foreach (MessageId message in ihave.Ids)
            {
                message.CopyTo(id);
                writer.WriteBytes(RpcFields.IHaveIds, id.AsSpan(0, message.Length));
            }
        }

        WriteIds(RpcFields.ControlIWant, rpc.IWant, ref writer);
        foreach (string topic in rpc.Graft)
        {
            writer.WriteHeader(RpcFields.ControlGraft, ProtobufSize.String(RpcFields.ControlTopic, topic));
            writer.WriteString(RpcFields.ControlTopic, topic);
        }

        foreach (Prune prune in rpc.Prune)
        {
            WritePrune(prune, ref writer);
        }

        WriteIds(RpcFields.ControlIDontWant, rpc.IDontWant, ref writer);
    }

    private static void WriteIds(int field, List<MessageId> ids, ref ProtobufWriter writer)
    {
        if (ids.Count == 0)
        {
            return;
        }

        byte[] id = new byte[MessageId.MaxLength];
        writer.WriteHeader(field, IdsLength(ids));
        foreach (MessageId message in ids)
        {
            message.CopyTo(id);
            writer.WriteBytes(RpcFields.WantIds, id.AsSpan(0, message.Length));
        }
    }

    private static void WritePrune(Prune prune, ref ProtobufWriter writer)
    {
        writer.WriteHeader(RpcFields.ControlPrune, LengthOf(prune));
        writer.WriteString(RpcFields.ControlTopic, prune.Topic);
        foreach (PeerInfo peer in prune.Peers)
        {
            writer.WriteHeader(RpcFields.PrunePeers, LengthOf(peer));
            writer.WriteBytes(RpcFields.PeerInfoId, peer.Peer.Bytes.Span);
            if (peer.SignedPeerRecord is not null)
            {
                writer.WriteBytes(RpcFields.PeerInfoSignedRecord, peer.SignedPeerRecord);
            }
        }

        if (prune.Backoff is { } backoff)
        {
            writer.WriteVarint(RpcFields.PruneBackoff, Seconds(backoff));
        }
    }
}
