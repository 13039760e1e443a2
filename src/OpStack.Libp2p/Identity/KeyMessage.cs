using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Identity;

/// <summary>The protobuf message PublicKey, which PrivateKey has the shape of: { Type = 1; Data = 2 }, both required (wire.md 1.1).</summary>
internal static class KeyMessage
{
    private const int TypeField = 1;
    private const int DataField = 2;

    /// <summary>Reads the message; the data stays a view into it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out KeyType type, out ReadOnlySpan<byte> data)
    {
        type = default;
        data = default;
        bool hasType = false, hasData = false;
        if (message.Length > IdentityLimits.MaxEncodedKey)
        {
            return false;
        }

        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            switch (field, wireType)
            {
                case (TypeField, ProtobufWireType.Varint):
                    if (!reader.TryReadVarint(out ulong value) || value > (ulong)KeyType.Ecdsa)
                    {
                        return false;
                    }

                    (type, hasType) = ((KeyType)value, true);
                    break;
                case (DataField, ProtobufWireType.Bytes):
                    if (!reader.TryReadBytes(out data))
                    {
                        return false;
                    }

                    hasData = true;
                    break;
                default:
                    if (!reader.TrySkip(wireType))
                    {
                        return false;
                    }

                    break;
            }
        }

        return hasType && hasData;
    }

    /// <summary>The deterministic form; a peer id is its hash.</summary>
    public static byte[] Write(KeyType type, ReadOnlySpan<byte> data)
    {
        byte[] message = new byte[ProtobufSize.Varint(TypeField, (ulong)type) + ProtobufSize.Bytes(DataField, data.Length)];
        ProtobufWriter writer = new(message);
        writer.WriteVarint(TypeField, (ulong)type);
        writer.WriteBytes(DataField, data);
        return message;
    }
}
