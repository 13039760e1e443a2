using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Rpc.Protocol;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P;

/// <summary>What changes something.</summary>
public sealed partial class OpP2PClient
{
    /// <summary>opp2p_blockPeer.</summary>
    public ValueTask BlockPeerAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        TellAsync("opp2p_blockPeer", Peer(peer), cancellationToken);

    /// <summary>opp2p_unblockPeer; ends a ban as well.</summary>
    public ValueTask UnblockPeerAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        TellAsync("opp2p_unblockPeer", Peer(peer), cancellationToken);

    /// <summary>opp2p_blockAddr.</summary>
    public ValueTask BlockAddrAsync(IPAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TellAsync("opp2p_blockAddr", json => json.WriteStringValue(address.ToString()), cancellationToken);
    }

    /// <summary>opp2p_unblockAddr; ends a ban as well.</summary>
    public ValueTask UnblockAddrAsync(IPAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TellAsync("opp2p_unblockAddr", json => json.WriteStringValue(address.ToString()), cancellationToken);
    }

    /// <summary>opp2p_blockSubnet, with op-node's object.</summary>
    public ValueTask BlockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken = default) =>
        TellAsync("opp2p_blockSubnet", json => GoSubnet.Write(json, subnet), cancellationToken);

    /// <summary>opp2p_unblockSubnet, with op-node's object.</summary>
    public ValueTask UnblockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken = default) =>
        TellAsync("opp2p_unblockSubnet", json => GoSubnet.Write(json, subnet), cancellationToken);

    /// <summary>opp2p_protectPeer.</summary>
    public ValueTask ProtectPeerAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        TellAsync("opp2p_protectPeer", Peer(peer), cancellationToken);

    /// <summary>opp2p_unprotectPeer.</summary>
    public ValueTask UnprotectPeerAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        TellAsync("opp2p_unprotectPeer", Peer(peer), cancellationToken);

    /// <summary>opp2p_connectPeer: returns once the peer is connected and identified.</summary>
    /// <param name="address">Ends in /p2p.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public ValueTask ConnectPeerAsync(Multiaddr address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TellAsync("opp2p_connectPeer", json => json.WriteStringValue(address.ToString()), cancellationToken);
    }

    /// <summary>opp2p_disconnectPeer: the peer is also forgotten, and a block or ban of it ended.</summary>
    public ValueTask DisconnectPeerAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        TellAsync("opp2p_disconnectPeer", Peer(peer), cancellationToken);

    /// <summary>admin_postUnsafePayload: hands the node a block; its signature is not sent.</summary>
    public ValueTask PostUnsafePayloadAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return TellAsync("admin_postUnsafePayload", json => EnvelopeJson.Write(json, payload), cancellationToken);
    }
}
