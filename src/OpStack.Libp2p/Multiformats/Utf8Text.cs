using System.Buffers;
using System.Text.Unicode;

namespace OpStack.Libp2p.Multiformats;

/// <summary>Strict UTF-8: a lone surrogate or a malformed sequence is an error, never a replacement character.</summary>
internal static class Utf8Text
{
    public static bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int written) =>
        Utf8.FromUtf16(text, destination, out _, out written, replaceInvalidSequences: false) == OperationStatus.Done;

    /// <summary>True for a name that may stand in a log line and in multiaddr text: UTF-8 without control characters, spaces or '/'.</summary>
    public static bool IsName(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || !Utf8.IsValid(value))
        {
            return false;
        }

        foreach (byte b in value)
        {
            if (b <= ' ' || b is (byte)'/' or 0x7f)
            {
                return false;
            }
        }

        return true;
    }
}
