using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Gossipsub;

internal static partial class RpcReader
{
    private static bool TryReadControl(ReadOnlySpan<byte> control, TopicTable topics, GossipRpc rpc)
    {
        ProtobufReader reader = new(control);
        while (TryReadNext(ref reader, out int field, out ReadOnlySpan<byte> value, out _))
        {
            bool read = TryReadControlEntry(field, value, topics, rpc);
            if (field == EndOfMessage || !read)
            {
                return read;
            }
        }

        return false;
    }

    private static bool TryReadControlEntry(int field, ReadOnlySpan<byte> entry, TopicTable topics, GossipRpc rpc)
    {
        switch (field)
        {
            case RpcFields.ControlIHave:
                return TryReadIHave(entry, topics, rpc);
            case RpcFields.ControlIWant:
                return TryReadIds(entry, RpcFields.WantIds, RpcLimits.MaxIWantIds, rpc.IWant);
            case RpcFields.ControlIDontWant:
                return TryReadIds(entry, RpcFields.WantIds, RpcLimits.MaxIDontWantIds, rpc.IDontWant);
            case RpcFields.ControlGraft:
                bool read = TryReadTopicField(entry, topics, out string? topic);
                if (topic is not null)
                {
                    rpc.Graft.Add(topic);
                }
                else
                {
                    rpc.HasForeignGraft = true;
                }

                return read;
            case RpcFields.ControlPrune:
                return TryReadPrune(entry, topics, rpc);
            default:
                return true;
        }
    }

    private static bool TryReadIHave(ReadOnlySpan<byte> entry, TopicTable topics, GossipRpc rpc)
    {
        if (!TryReadTopicField(entry, topics, out string? topic))
        {
            return false;
        }

        if (topic is null)
        {
            return true;
        }

        int room = RpcLimits.MaxIHaveIds;
        foreach (IHave earlier in rpc.IHave)
        {
            room -= earlier.Ids.Length;
        }

        List<MessageId> ids = [];
        if (!TryReadIds(entry, RpcFields.IHaveIds, room, ids))
        {
            return false;
        }

        if (ids.Count > 0)
        {
            rpc.IHave.Add(new IHave(topic, [.. ids]));
        }

        return true;
    }

    /// <summary>Adds ids until the list holds <paramref name="limit"/>. Ids that are empty or longer than ours ever are match nothing and are left out.</summary>
    private static bool TryReadIds(ReadOnlySpan<byte> entry, int idField, int limit, List<MessageId> ids)
    {
        ProtobufReader reader = new(entry);
        while (TryReadNext(ref reader, out int field, out ReadOnlySpan<byte> id, out _))
        {
            if (field == EndOfMessage)
            {
                return true;
            }

            if (field == idField && ids.Count < limit && id.Length is > 0 and <= MessageId.MaxLength)
            {
                ids.Add(new MessageId(id));
            }
        }

        return false;
    }

    private static bool TryReadPrune(ReadOnlySpan<byte> entry, TopicTable topics, GossipRpc rpc)
    {
        string? topic = null;
        ulong backoff = 0;
        List<PeerInfo> peers = [];
        ProtobufReader reader = new(entry);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType type))
            {
                return false;
            }

            bool read = (field, type) switch
            {
                (RpcFields.ControlTopic, ProtobufWireType.Bytes) => TryReadTopic(ref reader, topics, out topic),
                (RpcFields.PrunePeers, ProtobufWireType.Bytes) => TryReadPeer(ref reader, peers),
                (RpcFields.PruneBackoff, ProtobufWireType.Varint) => reader.TryReadVarint(out backoff),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        if (topic is not null)
        {
            // Clamped here, at the boundary, so that no later sum of times can overflow (CVE-2026-33040, CVE-2026-34219).
            ulong seconds = Math.Min(backoff, RpcLimits.MaxPruneBackoffSeconds);
            rpc.Prune.Add(new Prune(topic, seconds == 0 ? null : TimeSpan.FromSeconds((long)seconds), [.. peers]));
        }

        return true;
    }

    private static bool TryReadPeer(ref ProtobufReader prune, List<PeerInfo> peers)
    {
        if (!prune.TryReadBytes(out ReadOnlySpan<byte> message))
        {
            return false;
        }

        ReadOnlySpan<byte> id = default, record = default;
        bool hasRecord = false;
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType type))
            {
                return false;
            }

            hasRecord |= (field, type) == (RpcFields.PeerInfoSignedRecord, ProtobufWireType.Bytes);
            bool read = (field, type) switch
            {
                (RpcFields.PeerInfoId, ProtobufWireType.Bytes) => reader.TryReadBytes(out id),
                (RpcFields.PeerInfoSignedRecord, ProtobufWireType.Bytes) => reader.TryReadBytes(out record),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        if (peers.Count < RpcLimits.MaxPrunePeers && record.Length <= RpcLimits.MaxSignedPeerRecord && PeerId.TryDecode(id, out PeerId? peer))
        {
            peers.Add(new PeerInfo(peer, hasRecord ? record.ToArray() : null));
        }

        return true;
    }

    /// <summary>The topic of an IHAVE or GRAFT, read ahead of its ids because ids of a foreign topic are not kept.</summary>
    private static bool TryReadTopicField(ReadOnlySpan<byte> entry, TopicTable topics, out string? topic)
    {
        topic = null;
        ProtobufReader reader = new(entry);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType type))
            {
                return false;
            }

            bool isTopic = field == RpcFields.ControlTopic && type == ProtobufWireType.Bytes;
            if (!(isTopic ? TryReadTopic(ref reader, topics, out topic) : reader.TrySkip(type)))
            {
                return false;
            }
        }

        return true;
    }
}
