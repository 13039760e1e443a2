using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// Writes down in the store what the swarm tells. Called under the swarm's lock; the store's own is short and calls nobody.
/// </summary>
internal sealed class PeerStoreRecorder(PeerStore store, IPeerHost host) : IPeerObserver, IConnectionObserver
{
    public void OnConnectionOpened(ConnectionInfo connection) => store.Connected(connection);

    public void OnConnectionClosed(ConnectionInfo connection, ConnectionCloseReason reason) => store.Disconnected(connection);

    public void OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress)
    {
        // Connections are told one by one.
    }

    public void OnPeerDisconnected(PeerId peer)
    {
        // The same.
    }

    public void OnPeerIdentified(PeerId peer, IdentifyInfo info)
    {
        IPAddress[] connectedAt = [.. host.GetConnections(peer).Select(connection => connection.RemoteIp).OfType<IPAddress>()];
        store.AddIdentify(peer, info, connectedAt);
    }
}
