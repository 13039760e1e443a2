using System.Buffers;
using System.Text.Unicode;

namespace OpStack.Libp2p.Multiformats;

/// <summary>Strict UTF-8: a lone surrogate or a malformed sequence is an error, never a replacement character.</summary>
internal static class Utf8Text
{
    public static bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int written) =>
        Utf8.FromUtf16(text, destination, out _, out written, replaceInvalidSequences: false) == OperationStatus.Done;

    /// <summary>True for text that may stand in a log line: UTF-8 without control characters.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> value) =>
        Utf8.IsValid(value) && !value.ContainsAnyInRange((byte)0, (byte)0x1f) && !value.Contains((byte)0x7f);

    /// <summary>True for a name that can be one segment of multiaddr text: printable, not empty, without spaces and '/'.</summary>
    public static bool IsName(ReadOnlySpan<byte> value) => !value.IsEmpty && IsPrintable(value) && !value.ContainsAny((byte)' ', (byte)'/');
}
