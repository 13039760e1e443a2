using System.Buffers;
using System.Text;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Negotiation;

/// <summary>Messages of multistream-select: uvarint(length) ‖ text ‖ newline, the length counting the newline.</summary>
internal static class MultistreamFrame
{
    public const byte Newline = (byte)'\n';

    /// <summary>What both sides send first, framed: 20 bytes.</summary>
    public static ReadOnlySpan<byte> Header => "\u0013/multistream/1.0.0\n"u8;

    /// <summary>"Not available", framed.</summary>
    public static ReadOnlySpan<byte> NotAvailable => "\u0003na\n"u8;

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        Span<byte> span = output.GetSpan(Varint.MaxLength + name.Length + 1);
        int length = Varint.Write(span, (ulong)name.Length + 1);
        name.CopyTo(span[length..]);
        span[length + name.Length] = Newline;
        output.Advance(length + name.Length + 1);
    }

    /// <summary>The bytes of one of our own protocol names; throws <see cref="ArgumentException"/> when no message can hold it.</summary>
    public static byte[] Encode(string protocol)
    {
        byte[] name = Encoding.UTF8.GetBytes(protocol);
        if (name.Length is 0 or >= MultistreamLimits.MaxMessage || name.Contains(Newline))
        {
            throw new ArgumentException($"'{protocol}' cannot be a protocol name", nameof(protocol));
        }

        return name;
    }
}
