using System.Net;

namespace OpStack.Discv5.Filter;

/// <summary>
/// Checks an address told by another node (wire.md section 11.3, geth's CheckRelayAddr): it must not lead us where the teller could not go,
/// and must not turn us against services that are no nodes.
/// </summary>
internal static class RelayAddressCheck
{
    /// <summary>
    /// The highest port refused. geth refuses UDP ports up to 1024: DNS, NTP and the other targets of reflection live there.
    /// </summary>
    public const int HighestPrivilegedPort = 1024;

    /// <summary>
    /// The rules for the address alone: loopback only from loopback, LAN only from LAN or loopback, special networks never.
    /// </summary>
    public static RelayAddressVerdict Check(IPAddress sender, IPAddress address)
    {
        if (AddressScope.IsUnspecified(address))
        {
            return RelayAddressVerdict.Unspecified;
        }

        if (AddressScope.IsSpecial(address))
        {
            return RelayAddressVerdict.Special;
        }

        if (AddressScope.IsLoopback(address))
        {
            return AddressScope.IsLoopback(sender) ? RelayAddressVerdict.Valid : RelayAddressVerdict.Loopback;
        }

        return AddressScope.IsLocal(address) && !AddressScope.IsLocal(sender) ? RelayAddressVerdict.Lan : RelayAddressVerdict.Valid;
    }

    /// <summary>
    /// The rules for an endpoint. geth refuses low ports everywhere; we allow them between hosts of one local network, where a devnet's
    /// containers may sit on any port and there is no stranger to reflect at.
    /// </summary>
    public static RelayAddressVerdict Check(IPAddress sender, IPEndPoint endpoint)
    {
        RelayAddressVerdict verdict = Check(sender, endpoint.Address);
        if (verdict != RelayAddressVerdict.Valid)
        {
            return verdict;
        }

        bool low = endpoint.Port == 0 || (endpoint.Port <= HighestPrivilegedPort && !AddressScope.IsLocal(endpoint.Address));
        return low ? RelayAddressVerdict.LowPort : RelayAddressVerdict.Valid;
    }
}
