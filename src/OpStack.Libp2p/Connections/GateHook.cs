namespace OpStack.Libp2p.Connections;

/// <summary>The places at which the swarm asks its <see cref="IConnectionGate"/>.</summary>
public enum GateHook
{
    /// <summary><see cref="IConnectionGate.InterceptPeerDial"/>.</summary>
    PeerDial,
    /// <summary><see cref="IConnectionGate.InterceptAddressDial"/>.</summary>
    AddressDial,
    /// <summary><see cref="IConnectionGate.InterceptAccept"/>.</summary>
    Accept,
    /// <summary><see cref="IConnectionGate.InterceptSecured"/>.</summary>
    Secured,
    /// <summary><see cref="IConnectionGate.InterceptUpgraded"/>.</summary>
    Upgraded,
}
