using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace OpStack.Discv5.Filter;

/// <summary>
/// A set of IP networks in CIDR form, as in geth's and op-node's <c>netrestrict</c>. IPv4 and IPv6; an IPv4-mapped address or range is the
/// IPv4 one. Immutable.
/// </summary>
public sealed class IpNetworkSet
{
    private const int MappedBits = 96;

    private readonly Network[] _networks;

    private IpNetworkSet(Network[] networks) => _networks = networks;

    /// <summary>How many networks the set has.</summary>
    public int Count => _networks.Length;

    /// <summary>
    /// Reads networks separated by commas, for example <c>10.0.0.0/8, fd00::/8</c>. White space and empty parts are ignored, host bits are
    /// cleared, and a lone address is a network of itself. At most 1024. False if any part is not a network, or there is none.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IpNetworkSet? set)
    {
        set = null;
        List<Network> networks = [];
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (networks.Count == FilterLimits.MaxNetworks || !Network.TryParse(part, out Network network))
            {
                return false;
            }

            networks.Add(network);
        }

        set = networks.Count == 0 ? null : new IpNetworkSet([.. networks]);
        return set is not null;
    }

    /// <summary>Reads networks separated by commas; throws <see cref="FormatException"/> where <see cref="TryParse"/> is false.</summary>
    public static IpNetworkSet Parse(string text) =>
        TryParse(text, out IpNetworkSet? set) ? set : throw new FormatException("Not a list of IP networks such as 10.0.0.0/8,fd00::/8.");

    /// <summary>Whether one of the networks has the address.</summary>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        (bool isV6, UInt128 bits) = BitsOf(address);
        foreach (Network network in _networks)
        {
            if (network.IsV6 == isV6 && (bits & network.Mask) == network.Bits)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The networks, separated by commas, each with its prefix length.</summary>
    public override string ToString() => string.Join(',', _networks);

    /// <summary>The address left-aligned in 128 bits, an IPv4-mapped one as IPv4.</summary>
    private static (bool IsV6, UInt128 Bits) BitsOf(IPAddress address)
    {
        IPAddress plain = AddressScope.Normalise(address);
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        plain.TryWriteBytes(bytes, out _);
        return (plain.AddressFamily == AddressFamily.InterNetworkV6, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    private readonly record struct Network(bool IsV6, UInt128 Bits, UInt128 Mask, int Length)
    {
        public static bool TryParse(string text, out Network network)
        {
            network = default;
            string[] parts = text.Split('/', 3);
            if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out IPAddress? address) || !IsCanonical(parts[0], address))
            {
                return false;
            }

            (bool isV6, UInt128 bits) = BitsOf(address);
            int width = isV6 ? 128 : 32;
            int length = width;
            if (parts.Length == 2)
            {
                if (!int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out length))
                {
                    return false;
                }

                length -= address.IsIPv4MappedToIPv6 ? MappedBits : 0;
            }

            if (length < 0 || length > width)
            {
                return false;
            }

            UInt128 mask = length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
            network = new Network(isV6, bits & mask, mask, length);
            return true;
        }

        public override string ToString()
        {
            Span<byte> bytes = stackalloc byte[16];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
            return $"{new IPAddress(IsV6 ? bytes : bytes[..4])}/{Length}";
        }

        /// <summary>.NET also reads "10" and "0x0a000001" as IPv4 addresses; in a list of networks that is a slip of the pen.</summary>
        private static bool IsCanonical(string text, IPAddress address) =>
            address.AddressFamily == AddressFamily.InterNetworkV6 || text == address.ToString();
    }
}
