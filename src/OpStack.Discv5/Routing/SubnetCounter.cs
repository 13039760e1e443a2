using System.Net;
using OpStack.Discv5.Filter;

namespace OpStack.Discv5.Routing;

/// <summary>Counts nodes per network (IPv4 /24, IPv6 /64) up to a limit. Local networks do not count.</summary>
internal sealed class SubnetCounter(int limit)
{
    private readonly Dictionary<AddressPrefix, int> _counts = [];

    /// <summary>Networks counted.</summary>
    public int Count => _counts.Count;

    /// <summary>Whether one more node fits.</summary>
    public bool HasRoom(IPAddress address) =>
        AddressScope.IsLocal(address) || _counts.GetValueOrDefault(AddressPrefix.Subnet(address)) < limit;

    /// <summary>Counts a node; false, and nothing is counted, above the limit.</summary>
    public bool TryAdd(IPAddress address)
    {
        if (!HasRoom(address))
        {
            return false;
        }

        if (!AddressScope.IsLocal(address))
        {
            AddressPrefix subnet = AddressPrefix.Subnet(address);
            _counts[subnet] = _counts.GetValueOrDefault(subnet) + 1;
        }

        return true;
    }

    /// <summary>Takes back one <see cref="TryAdd"/> of the same address.</summary>
    public void Remove(IPAddress address)
    {
        AddressPrefix subnet = AddressPrefix.Subnet(address);
        if (!_counts.TryGetValue(subnet, out int count))
        {
            return;
        }

        if (count == 1)
        {
            _counts.Remove(subnet);
        }
        else
        {
            _counts[subnet] = count - 1;
        }
    }
}
