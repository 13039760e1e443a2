using System.Text;
using OpStack.Libp2p.Gossipsub;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Simulation.Gossip.Attacks;

/// <summary>
/// Pieces of an RPC as protobuf, without the limits RpcWriter keeps to. Joined they are one RPC: repeated fields add up, and so do those of several
/// control fields.
/// </summary>
internal static class RawRpc
{
    public static byte[] Subscription(string topic, bool subscribe) =>
        Field(RpcFields.Subscriptions, Number(RpcFields.SubscriptionSubscribe, subscribe ? 1UL : 0), Text(RpcFields.SubscriptionTopic, topic));

    public static byte[] Message(string topic, byte[] data) =>
        Field(RpcFields.Publish, Field(RpcFields.MessageData, data), Text(RpcFields.MessageTopic, topic));

    public static byte[] IHave(string topic, IEnumerable<byte[]> ids) =>
        Control(RpcFields.ControlIHave, [Text(RpcFields.ControlTopic, topic), .. ids.Select(id => Field(RpcFields.IHaveIds, id))]);

    public static byte[] IWant(IEnumerable<byte[]> ids) => Control(RpcFields.ControlIWant, [.. ids.Select(id => Field(RpcFields.WantIds, id))]);

    public static byte[] IDontWant(IEnumerable<byte[]> ids) =>
        Control(RpcFields.ControlIDontWant, [.. ids.Select(id => Field(RpcFields.WantIds, id))]);

    public static byte[] Graft(string topic) => Control(RpcFields.ControlGraft, Text(RpcFields.ControlTopic, topic));

    /// <param name="topic">The topic.</param>
    /// <param name="backoff">In seconds; the wire takes any.</param>
    public static byte[] Prune(string topic, ulong backoff) =>
        Control(RpcFields.ControlPrune, Text(RpcFields.ControlTopic, topic), Number(RpcFields.PruneBackoff, backoff));

    public static byte[] Bytes(MessageId id)
    {
        byte[] bytes = new byte[id.Length];
        id.CopyTo(bytes);
        return bytes;
    }

    private static byte[] Control(int field, params byte[][] parts) => Field(RpcFields.Control, Field(field, parts));

    private static byte[] Text(int field, string value) => Field(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int field, params byte[][] parts)
    {
        int length = parts.Sum(part => part.Length);
        byte[] bytes = new byte[1 + Varint.LengthOf((ulong)length) + length];
        bytes[0] = RpcFields.LengthDelimitedTag(field);
        int at = 1 + Varint.Write(bytes.AsSpan(1), (ulong)length);
        foreach (byte[] part in parts)
        {
            part.CopyTo(bytes, at);
            at += part.Length;
        }

        return bytes;
    }

    private static byte[] Number(int field, ulong value)
    {
        byte[] bytes = new byte[1 + Varint.LengthOf(value)];
        bytes[0] = (byte)(field << 3);
        Varint.Write(bytes.AsSpan(1), value);
        return bytes;
    }
}
