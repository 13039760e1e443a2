using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>What counts as one address: an IPv4 address, or an IPv6 prefix. A key that allocates nothing.</summary>
internal readonly record struct AddressGroup
{
    private const int Ip6Bits = 128;
    private const int Ip4Length = 255; // No prefix length of IPv6.

    private readonly UInt128 _bits;
    private readonly byte _length;

    private AddressGroup(UInt128 bits, byte length) => (_bits, _length) = (bits, length);

    /// <summary>The group of an address in normal form.</summary>
    /// <param name="address">As <see cref="Transport.AddressNormalization"/> leaves it.</param>
    /// <param name="ip6PrefixLength">1 to 128.</param>
    public static AddressGroup Of(IPAddress address, int ip6PrefixLength)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return new AddressGroup(BinaryPrimitives.ReadUInt32BigEndian(bytes), Ip4Length);
        }

        UInt128 bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new AddressGroup(bits >> (Ip6Bits - ip6PrefixLength), (byte)ip6PrefixLength);
    }
}
