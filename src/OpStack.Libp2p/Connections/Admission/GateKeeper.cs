using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>Asks the host's gate, and counts what it says; without one everything may pass, and one that throws lets nothing pass.</summary>
internal sealed class GateKeeper(IConnectionGate? gate, SwarmCounters counters, ILogger logger)
{
    public GateVerdict PeerDial(PeerId peer) => Ask(GateHook.PeerDial, g => g.InterceptPeerDial(peer));

    public GateVerdict AddressDial(PeerId peer, Multiaddr address, IPAddress ip) => Ask(GateHook.AddressDial, g => g.InterceptAddressDial(peer, address, ip));

    public GateVerdict Accept(Multiaddr remoteAddress, IPAddress ip) => Ask(GateHook.Accept, g => g.InterceptAccept(remoteAddress, ip));

    public GateVerdict Secured(ConnectionDirection direction, PeerId peer, Multiaddr remoteAddress, IPAddress ip) =>
        Ask(GateHook.Secured, g => g.InterceptSecured(direction, peer, remoteAddress, ip));

    public GateVerdict Upgraded(ConnectionInfo connection) => Ask(GateHook.Upgraded, g => g.InterceptUpgraded(connection));

    /// <summary>What a refused dial or connection throws.</summary>
    public static Libp2pException Refused(GateVerdict verdict, string what) =>
        new(Libp2pError.GateRefused, $"The gate refused {what}: {verdict}.") { Verdict = verdict };

    private GateVerdict Ask(GateHook hook, Func<IConnectionGate, GateVerdict> question)
    {
        GateVerdict verdict = Ask(question);
        counters.OnGateAsked(hook, verdict);
        return verdict;
    }

    private GateVerdict Ask(Func<IConnectionGate, GateVerdict> question)
    {
        if (gate is null)
        {
            return GateVerdict.Allow;
        }

        try
        {
            return question(gate);
        }
        catch (Exception e)
        {
            logger.GateFailed(e);
            return GateVerdict.GateFailed;
        }
    }
}
