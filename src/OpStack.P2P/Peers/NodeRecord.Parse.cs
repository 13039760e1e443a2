using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Peers;

public sealed partial record NodeRecord
{
    internal const string Scheme = "enode://";

    private const string DiscportKey = "discport=";
    private const int IdDigits = PeerKeys.CoordinatesSize * 2;

    /// <summary>Reads an enode URL of at most 512 characters; never throws. A host that looks like an ip4 address must be one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NodeRecord? record, out NodeRecordParseError error)
    {
        record = null;
        error = NodeRecordParseError.InvalidUrl;
        if (text is null || text.Length > PeerLimits.MaxEnodeText || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> rest = text.AsSpan(Scheme.Length);
        int at = rest.IndexOf('@');
        if (at < 0)
        {
            return false;
        }

        if (!TryParseId(rest[..at], out Secp256k1PublicKey? key))
        {
            error = NodeRecordParseError.InvalidId;
            return false;
        }

        rest = rest[(at + 1)..];
        int query = rest.IndexOf('?');
        ReadOnlySpan<char> authority = query < 0 ? rest : rest[..query];
        int colon = authority.LastIndexOf(':');
        if (colon < 0
            || !TryParsePort(authority[(colon + 1)..], out ushort tcp)
            || !TryParseHost(authority[..colon], out string host, out IPAddress? address))
        {
            return false;
        }

        ushort udp = tcp;
        if (query >= 0 && !TryParseDiscport(rest[(query + 1)..], out udp))
        {
            error = NodeRecordParseError.InvalidDiscport;
            return false;
        }

        error = NodeRecordParseError.None;
        record = new NodeRecord(key, host, address, tcp, udp);
        return true;
    }

    private static bool TryParseId(ReadOnlySpan<char> digits, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        key = null;
        Span<byte> coordinates = stackalloc byte[PeerKeys.CoordinatesSize];
        return digits.Length == IdDigits
            && Convert.FromHexString(digits, coordinates, out _, out _) == System.Buffers.OperationStatus.Done
            && PeerKeys.TryFromCoordinates(coordinates, out key);
    }

    private static bool TryParseHost(ReadOnlySpan<char> text, out string host, out IPAddress? address)
    {
        address = null;
        host = "";
        if (text.Length > 2 && text[0] == '[' && text[^1] == ']')
        {
            // A zone names a link of the machine that wrote the URL.
            ReadOnlySpan<char> inner = text[1..^1];
            if (inner.Contains('%') || !IPAddress.TryParse(inner, out address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                return false;
            }

            host = address.ToString();
            return true;
        }

        if (text.Length is 0 or > PeerLimits.MaxHostName)
        {
            return false;
        }

        host = text.ToString();
        if (!text.ContainsAnyExcept("0123456789."))
        {
            // The BCL also reads "1" and "010.1" as addresses; only what prints the same is one here.
            return IPAddress.TryParse(text, out address) && address.ToString() == host;
        }

        return !text.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
    }

    private static bool TryParseDiscport(ReadOnlySpan<char> query, out ushort port)
    {
        port = 0;
        return query.StartsWith(DiscportKey, StringComparison.Ordinal) && TryParsePort(query[DiscportKey.Length..], out port);
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
