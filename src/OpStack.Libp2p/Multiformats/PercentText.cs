using System.Globalization;
using System.Text;

namespace OpStack.Libp2p.Multiformats;

/// <summary>Percent-encoding (RFC 3986, 2.1) of the value of /http-path, which may itself contain slashes.</summary>
internal static class PercentText
{
    public static string Format(ReadOnlySpan<byte> value)
    {
        StringBuilder text = new(value.Length);
        foreach (byte b in value)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return text.ToString();
    }

    /// <summary>Reads text; characters that need no escape may stand for themselves.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        if (!Utf8Text.TryEncode(text, destination, out int length))
        {
            written = 0;
            return false;
        }

        written = 0;
        for (int read = 0; read < length; read++)
        {
            byte b = destination[read];
            if (b == '%')
            {
                if (length - read < 3 || !byte.TryParse(destination.Slice(read + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out b))
                {
                    return false;
                }

                read += 2;
            }

            destination[written++] = b;
        }

        return true;
    }
}
