using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OpStack.Discv5.Filter;

/// <summary>
/// The part of an address that stands for who holds it, as a key that allocates nothing. Under IPv6 one host is a /64: it is what one
/// customer gets at least, so single addresses of it mean nothing. Many get a /48, which has 65,536 of them, for the asking.
/// </summary>
internal readonly record struct AddressPrefix
{
    private readonly ulong _bits;
    private readonly byte _length;

    private AddressPrefix(ulong bits, byte length) => (_bits, _length) = (bits, length);

    /// <summary>One host: the whole IPv4 address, or the IPv6 /64.</summary>
    public static AddressPrefix Host(IPAddress address) => Of(address, 32, 64);

    /// <summary>One network: the IPv4 /24, or the IPv6 /48.</summary>
    public static AddressPrefix Subnet(IPAddress address) => Of(address, 24, 48);

    private static AddressPrefix Of(IPAddress address, byte v4Length, byte v6Length)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6)
        {
            return new AddressPrefix(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (64 - v6Length), v6Length);
        }

        ReadOnlySpan<byte> v4 = address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[12..] : bytes[..4];
        return new AddressPrefix(BinaryPrimitives.ReadUInt32BigEndian(v4) >> (32 - v4Length), v4Length);
    }
}
