using System.Buffers.Binary;

namespace OpStack.Libp2p.Yamux;

/// <summary>The type byte of a frame.</summary>
internal enum YamuxFrameType : byte
{
    /// <summary>Stream bytes; the length field counts the body that follows.</summary>
    Data = 0,
    /// <summary>Credit for the sender of data; the length field is the delta.</summary>
    WindowUpdate = 1,
    /// <summary>The length field is an opaque value that the answer repeats.</summary>
    Ping = 2,
    /// <summary>The length field is a <see cref="YamuxGoAwayCode"/>.</summary>
    GoAway = 3,
}

/// <summary>The flag bits of a frame.</summary>
[Flags]
internal enum YamuxFlags : ushort
{
    None = 0,
    Syn = 1,
    Ack = 2,
    Fin = 4,
    Rst = 8,
    All = Syn | Ack | Fin | Rst,
}

/// <summary>Why a side ends the session.</summary>
internal enum YamuxGoAwayCode : uint
{
    Normal = 0,
    ProtocolError = 1,
    InternalError = 2,
}

/// <summary>The 12-byte frame header, big-endian: version 0, type, flags (2), stream id (4), length (4). Source: wire.md section 5.</summary>
internal readonly record struct YamuxHeader(YamuxFrameType Type, YamuxFlags Flags, uint StreamId, uint Length)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 12;

    /// <summary>Reads a header whose version, type and flags are known ones; what the frame means for a session is not judged here.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out YamuxHeader header, out YamuxViolation error)
    {
        header = default;
        if (source.Length < Size)
        {
            error = YamuxViolation.Truncated;
            return false;
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        error = source[0] != 0 ? YamuxViolation.Version
            : source[1] > (byte)YamuxFrameType.GoAway ? YamuxViolation.FrameType
            : (flags & ~(ushort)YamuxFlags.All) != 0 ? YamuxViolation.Flags
            : YamuxViolation.None;
        if (error != YamuxViolation.None)
        {
            return false;
        }

        header = new YamuxHeader(
            (YamuxFrameType)source[1],
            (YamuxFlags)flags,
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[8..]));
        return true;
    }

    /// <summary>Writes the 12 bytes to the start of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = 0;
        destination[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Length);
    }
}
