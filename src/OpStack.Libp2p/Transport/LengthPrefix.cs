using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Transport;

/// <summary>The writing half of <see cref="LengthPrefixedReader"/>.</summary>
internal static class LengthPrefix
{
    /// <summary>uvarint(length) ‖ <paramref name="body"/>, ready to be written in one piece.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> body)
    {
        int prefix = Varint.LengthOf((ulong)body.Length);
        byte[] frame = new byte[prefix + body.Length];
        Varint.Write(frame, (ulong)body.Length);
        body.CopyTo(frame.AsSpan(prefix));
        return frame;
    }
}
