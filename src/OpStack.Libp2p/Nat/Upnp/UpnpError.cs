namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>The errors of a WAN connection service that are answered with another try (WANIPConnection:1 section 2.4.16, :2 section 2.5.16).</summary>
internal static class UpnpError
{
    /// <summary>There is no such action: a gateway that calls itself version 2 and is not.</summary>
    public const int InvalidAction = 401;

    /// <summary>An argument is wrong; some gateways say so of every lease that is not forever.</summary>
    public const int InvalidArgs = 402;

    /// <summary>No reason told; some gateways say so of every lease that is not forever.</summary>
    public const int ActionFailed = 501;

    /// <summary>Another host holds the external port.</summary>
    public const int ConflictInMappingEntry = 718;

    /// <summary>The external port must be the internal one.</summary>
    public const int SamePortValuesRequired = 724;

    /// <summary>Mappings are forever or not at all.</summary>
    public const int OnlyPermanentLeasesSupported = 725;

    /// <summary>Another means of making mappings holds the external port.</summary>
    public const int ConflictWithOtherMechanisms = 729;
}
