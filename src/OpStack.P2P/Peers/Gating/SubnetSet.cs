using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// Which IP addresses lie in one of many subnets: one look-up per prefix length in use, however many subnets there are. Immutable; takes
/// addresses in normal form, and allocates nothing when asked.
/// </summary>
internal sealed class SubnetSet
{
    public static readonly SubnetSet Empty = new(ImmutableHashSet<IPNetwork>.Empty);

    private readonly PrefixGroup[] _v4;
    private readonly PrefixGroup[] _v6;

    public SubnetSet(ImmutableHashSet<IPNetwork> subnets)
    {
        Subnets = subnets;
        _v4 = GroupsOf(AddressFamily.InterNetwork);
        _v6 = GroupsOf(AddressFamily.InterNetworkV6);
    }

    public ImmutableHashSet<IPNetwork> Subnets { get; }

    /// <summary>The set of these subnets; itself when they are its own.</summary>
    public SubnetSet Replace(ImmutableHashSet<IPNetwork> subnets) => ReferenceEquals(subnets, Subnets) ? this : new SubnetSet(subnets);

    public bool Contains(IPAddress address)
    {
        PrefixGroup[] groups = address.AddressFamily == AddressFamily.InterNetwork ? _v4 : _v6;
        if (groups.Length == 0)
        {
            return false;
        }

        UInt128 bits = BitsOf(address);
        foreach (PrefixGroup group in groups)
        {
            if (group.Prefixes.Contains(bits & group.Mask))
            {
                return true;
            }
        }

        return false;
    }

    private PrefixGroup[] GroupsOf(AddressFamily family) =>
    [
        .. Subnets.Where(subnet => subnet.BaseAddress.AddressFamily == family)
            .GroupBy(subnet => subnet.PrefixLength)
            .Select(group => new PrefixGroup(MaskOf(group.Key), [.. group.Select(subnet => BitsOf(subnet.BaseAddress))])),
    ];

    /// <summary>The address left-aligned in 128 bits.</summary>
    private static UInt128 BitsOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static UInt128 MaskOf(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);

    private readonly record struct PrefixGroup(UInt128 Mask, HashSet<UInt128> Prefixes);
}
