using OpStack.Libp2p.Identify;

namespace OpStack.Libp2p.Connections;

/// <summary>What we are to others.</summary>
public sealed partial class Swarm
{
    /// <summary>What identify tells peers of us now; <see cref="IdentifyInfo.ObservedAddress"/> and the signed record are left out.</summary>
    public IdentifyInfo GetOwnIdentifyInfo()
    {
        IdentifyContext own = new(this);
        return new IdentifyInfo(own.AgentVersion, own.ProtocolVersion, own.Protocols, own.ListenAddresses, ObservedAddress: null);
    }
}
