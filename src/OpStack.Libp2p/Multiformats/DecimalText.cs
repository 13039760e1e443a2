using System.Globalization;

namespace OpStack.Libp2p.Multiformats;

/// <summary>Unsigned decimal numbers as multiaddrs write them: digits only, no sign, no space.</summary>
internal static class DecimalText
{
    public static bool TryParse(ReadOnlySpan<char> text, ulong max, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;
}
