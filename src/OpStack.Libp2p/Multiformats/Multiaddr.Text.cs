using System.Diagnostics.CodeAnalysis;
using System.Text;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Multiformats;

public sealed partial class Multiaddr
{
    /// <summary>
    /// Reads text of at most 4,096 characters: /name[/value] and so on. Trailing slashes are passed over; a unix path takes all the rest.
    /// Never throws.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Multiaddr? address)
    {
        address = null;
        if (text is null || text.Length > MultiformatsLimits.MaxMultiaddrText || !text.StartsWith('/'))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[MultiformatsLimits.MaxMultiaddrBytes];
        int position = 0;
        ReadOnlySpan<char> rest = text.AsSpan().TrimEnd('/');
        while (!rest.IsEmpty)
        {
            if (!TryAppend(ref rest, bytes, ref position))
            {
                return false;
            }
        }

        return TryDecode(bytes[..position], out address);
    }

    /// <summary>Reads text as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is no multiaddr.</exception>
    public static Multiaddr Parse(string text) =>
        TryParse(text, out Multiaddr? address) ? address : throw new FormatException("Not a multiaddr, or one with an unknown protocol.");

    /// <summary>The text form: names as in the protocol table, ip6 compressed, peer ids in base58.</summary>
    public override string ToString() => _text ??= Format();

    /// <summary>Takes one component off the text, which begins with its slash, and writes its binary form.</summary>
    private static bool TryAppend(scoped ref ReadOnlySpan<char> rest, scoped Span<byte> bytes, ref int position)
    {
        ReadOnlySpan<char> name = Next(ref rest);
        if (MultiaddrProtocol.Find(name) is not { } protocol || bytes.Length - position < Varint.MaxLength)
        {
            return false;
        }

        position += Varint.Write(bytes[position..], (ulong)protocol.Code);
        if (protocol.Kind == MultiaddrValueKind.None)
        {
            return true;
        }

        ReadOnlySpan<char> text = rest;
        if (protocol.Kind == MultiaddrValueKind.Path)
        {
            rest = default;
        }
        else
        {
            text = Next(ref rest);
        }

        Span<byte> value = stackalloc byte[MultiformatsLimits.MaxMultiaddrBytes];
        if (text.IsEmpty || !MultiaddrValue.TryParse(protocol, text, value, out int length))
        {
            return false;
        }

        int prefix = protocol.FixedLength is null ? Varint.LengthOf((ulong)length) : 0;
        if (bytes.Length - position < prefix + length)
        {
            return false;
        }

        if (prefix > 0)
        {
            position += Varint.Write(bytes[position..], (ulong)length);
        }

        value[..length].CopyTo(bytes[position..]);
        position += length;
        return true;
    }

    private static ReadOnlySpan<char> Next(scoped ref ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
        {
            return default;
        }

        ReadOnlySpan<char> segment = rest[1..];
        int end = segment.IndexOf('/');
        end = end < 0 ? segment.Length : end;
        rest = segment[end..];
        return segment[..end];
    }

    private string Format()
    {
        StringBuilder text = new();
        foreach (MultiaddrComponent component in Components)
        {
            text.Append('/').Append(component.Name);

            // A path brings its own slash.
            if (component.Text.Length > 0)
            {
                text.Append(component.Text[0] == '/' ? "" : "/").Append(component.Text);
            }
        }

        return text.ToString();
    }
}
