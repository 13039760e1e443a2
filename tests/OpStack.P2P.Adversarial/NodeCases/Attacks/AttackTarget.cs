using System.Net;
using OpStack.Discv5;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>What an attacker knows of its victim: what everybody can find out.</summary>
/// <param name="Address">Its libp2p address with /p2p.</param>
/// <param name="Tcp">The same as an endpoint.</param>
/// <param name="Udp">Where its discovery listens.</param>
/// <param name="Node">Its id there.</param>
/// <param name="Rpc">Its RPC.</param>
internal sealed record AttackTarget(Multiaddr Address, IPEndPoint Tcp, IPEndPoint Udp, NodeId Node, Uri Rpc)
{
    /// <summary>Another address of this machine than the honest peers'. macOS has 127.0.0.1 alone.</summary>
    public static IPAddress Source { get; } = OperatingSystem.IsMacOS() ? IPAddress.Loopback : IPAddress.Parse("127.0.0.66");

    public PeerId Peer => Address.PeerId!;

    public static AttackTarget Of(VictimProcess victim) =>
        new(victim.Address, victim.EndPoint, victim.Record.Udp4!, victim.Record.NodeId, victim.Rpc);
}
