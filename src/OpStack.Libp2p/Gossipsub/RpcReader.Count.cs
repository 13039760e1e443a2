using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Gossipsub;

internal static partial class RpcReader
{
    /// <summary>Walks the outer two levels and stops at the first limit passed. Allocates nothing.</summary>
    private static RpcError Count(ReadOnlySpan<byte> frame)
    {
        int subscriptions = 0, publish = 0, entries = 0;
        long controlBytes = 0;
        ProtobufReader reader = new(frame);
        while (TryReadNext(ref reader, out int field, out ReadOnlySpan<byte> value, out _))
        {
            if (field == EndOfMessage)
            {
                return RpcError.None;
            }

            subscriptions += field == RpcFields.Subscriptions ? 1 : 0;
            publish += field == RpcFields.Publish ? 1 : 0;
            controlBytes += field is RpcFields.Subscriptions or RpcFields.Control ? value.Length : 0;
            RpcError error = subscriptions > RpcLimits.MaxSubscriptions ? RpcError.TooManySubscriptions
                : publish > RpcLimits.MaxPublish ? RpcError.TooManyPublish
                : controlBytes > RpcLimits.MaxControlBytes ? RpcError.TooMuchControl
                : field == RpcFields.Control ? CountControl(value, ref entries)
                : RpcError.None;
            if (error != RpcError.None)
            {
                return error;
            }
        }

        return RpcError.Malformed;
    }

    private static RpcError CountControl(ReadOnlySpan<byte> control, ref int entries)
    {
        ProtobufReader reader = new(control);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType type) || !reader.TrySkip(type))
            {
                return RpcError.Malformed;
            }

            entries += field is RpcFields.ControlIHave or RpcFields.ControlGraft or RpcFields.ControlPrune ? 1 : 0;
            if (entries > RpcLimits.MaxControlEntries)
            {
                return RpcError.TooManyControlEntries;
            }
        }

        return RpcError.None;
    }
}
