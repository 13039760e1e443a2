namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>One way of asking a UPnP gateway for a mapping, and what to try after its refusal. Pure, apart from the random port it is given.</summary>
/// <param name="Port">The port of ours.</param>
/// <param name="ExternalPort">The external port asked for.</param>
/// <param name="Lease">The lifetime asked for; zero is forever.</param>
/// <param name="LetsGatewayChoose">Whether the gateway may give another external port.</param>
internal sealed record UpnpAttempt(PortToMap Port, int ExternalPort, TimeSpan Lease, bool LetsGatewayChoose)
{
    private int PortsTried { get; init; } = 1;

    /// <summary>The next attempt; null when there is nothing left to try. There are at most <see cref="UpnpLimits.PortsTried"/> + 2 in all.</summary>
    public UpnpAttempt? Next(int error, Func<int> randomPort) => error switch
    {
        UpnpError.InvalidAction when LetsGatewayChoose => this with { LetsGatewayChoose = false },
        UpnpError.OnlyPermanentLeasesSupported or UpnpError.InvalidArgs or UpnpError.ActionFailed when Lease > TimeSpan.Zero => this with { Lease = TimeSpan.Zero },
        UpnpError.SamePortValuesRequired when ExternalPort != Port.InternalPort && PortsTried < UpnpLimits.PortsTried =>
            this with { ExternalPort = Port.InternalPort, PortsTried = UpnpLimits.PortsTried },
        UpnpError.ConflictInMappingEntry or UpnpError.ConflictWithOtherMechanisms when PortsTried < UpnpLimits.PortsTried =>
            this with { ExternalPort = randomPort(), PortsTried = PortsTried + 1 },
        _ => null,
    };
}
