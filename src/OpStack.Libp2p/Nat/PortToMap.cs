namespace OpStack.Libp2p.Nat;

/// <summary>A port of ours that should be reachable from outside.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="InternalPort">The port really bound, 1 to 65535.</param>
public sealed record PortToMap(TransportProtocol Protocol, int InternalPort)
{
    /// <summary>The external port asked for, 1 to 65535; the gateway may give another. Default 0: the same as the internal one.</summary>
    public int PreferredExternalPort { get; init; }

    /// <summary>The external port to ask for.</summary>
    internal int WantedExternalPort => PreferredExternalPort == 0 ? InternalPort : PreferredExternalPort;

    internal void Validate()
    {
        Require(Protocol is TransportProtocol.Tcp or TransportProtocol.Udp, nameof(Protocol), "must be TCP or UDP");
        Require(InternalPort is > 0 and <= ushort.MaxValue, nameof(InternalPort), "must be between 1 and 65535");
        Require(PreferredExternalPort is >= 0 and <= ushort.MaxValue, nameof(PreferredExternalPort), "must be between 0 and 65535");
    }

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(PortToMap)}.{name} {rule}.", name);
        }
    }
}
