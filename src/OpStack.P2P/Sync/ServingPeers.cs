using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Sync;

/// <summary>
/// Learns which connected peers serve blocks by number: those whose identify says so (a peer without the protocol is not asked, and so never
/// scored for not having it).
/// </summary>
/// <param name="ids">The ids of the protocol.</param>
/// <param name="scores">Told who is connected.</param>
/// <param name="changed">Called whenever <see cref="TakeChanges"/> has something; must not block.</param>
internal sealed class ServingPeers(IReadOnlyList<string> ids, ApplicationScores scores, Action changed) : IPeerObserver
{
    private readonly Lock _gate = new();

    // The last word on each peer since changes were taken: no more than the swarm has had peers meanwhile.
    private Dictionary<PeerId, bool> _changes = [];

    public void OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress) => scores.OnConnected(peer);

    public void OnPeerDisconnected(PeerId peer)
    {
        scores.OnDisconnected(peer);
        Change(peer, serves: false);
    }

    public void OnPeerIdentified(PeerId peer, IdentifyInfo info) => Change(peer, info.Protocols.Any(ids.Contains));

    /// <summary>Who has come (true) or gone since the last call.</summary>
    public IReadOnlyDictionary<PeerId, bool> TakeChanges()
    {
        lock (_gate)
        {
            Dictionary<PeerId, bool> changes = _changes;
            _changes = [];
            return changes;
        }
    }

    private void Change(PeerId peer, bool serves)
    {
        lock (_gate)
        {
            _changes[peer] = serves;
        }

        changed();
    }
}
