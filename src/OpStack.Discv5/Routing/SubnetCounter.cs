using System.Net;
using OpStack.Discv5.Filter;

namespace OpStack.Discv5.Routing;

/// <summary>Counts nodes per network (IPv4 /24, IPv6 /48) up to a limit. Local networks do not count.</summary>
internal sealed class SubnetCounter(int limit)
{
    private readonly CountMap<AddressPrefix> _counts = new();

    /// <summary>Networks counted.</summary>
    public int Count => _counts.Keys;

    /// <summary>Whether one more node fits.</summary>
    public bool HasRoom(IPAddress address) =>
        AddressScope.IsLocal(address) || _counts[AddressPrefix.Subnet(address)] < limit;

    /// <summary>Counts a node; false, and nothing is counted, above the limit.</summary>
    public bool TryAdd(IPAddress address)
    {
        if (!HasRoom(address))
        {
            return false;
        }

        if (!AddressScope.IsLocal(address))
        {
            _counts.Add(AddressPrefix.Subnet(address));
        }

        return true;
    }

    /// <summary>Takes back one <see cref="TryAdd"/> of the same address.</summary>
    public void Remove(IPAddress address) => _counts.Remove(AddressPrefix.Subnet(address));
}
