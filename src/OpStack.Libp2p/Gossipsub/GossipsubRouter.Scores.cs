using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What the router makes of scores (wire.md 9.15).</summary>
internal sealed partial class GossipsubRouter
{
    // True during a heartbeat, once every peer has been looked at: go holds scores still for that long as well.
    private bool _scoresAreCurrent;

    private double Score(RouterPeer peer) => _scoresAreCurrent ? peer.Score : _scoring.Score(peer.Id);

    private bool MayGossipWith(RouterPeer peer) => Score(peer) >= _scoring.Thresholds.Gossip;

    private bool MayPublishTo(RouterPeer peer) => Score(peer) >= _scoring.Thresholds.Publish;

    /// <summary>False when what the peer sends is to be ignored; its subscriptions are not (wire.md 9.6).</summary>
    private bool IsAccepted(RouterPeer peer)
    {
        Review(peer);
        _counters.NotAccepted += peer.IsGraylisted ? 1 : 0;
        return !peer.IsGraylisted;
    }

    /// <summary>Looks at the peer's score, and tells when it has crossed the graylist threshold.</summary>
    private void Review(RouterPeer peer)
    {
        peer.Score = _scoring.Score(peer.Id);
        bool isGraylisted = !peer.IsDirect && peer.Score < _scoring.Thresholds.Graylist;
        if (isGraylisted != peer.IsGraylisted)
        {
            peer.IsGraylisted = isGraylisted;
            _counters.Graylisted += isGraylisted ? 1 : 0;
            _outputs.Add(new RouterOutput.GraylistChanged(peer.Id, isGraylisted));
        }
    }

    private void ReviewIfConnected(PeerId id)
    {
        if (_peers.TryGetValue(id, out RouterPeer? peer))
        {
            Review(peer);
        }
    }

    private void Penalise(RouterPeer peer, int count)
    {
        _counters.Penalties += count;
        _scoring.AddPenalty(peer.Id, count);
        Review(peer);
    }

    private void OnMessagesDropped(RouterInput.MessagesDropped dropped)
    {
        if (_peers.TryGetValue(dropped.Peer, out RouterPeer? peer))
        {
            _scoring.AddDropped(peer.Id, dropped.Count);
            Review(peer);
        }
    }

    private void OnAddresses(RouterInput.PeerAddresses addresses)
    {
        if (_peers.TryGetValue(addresses.Peer, out RouterPeer? peer))
        {
            _scoring.SetAddresses(peer.Id, addresses.Addresses);
            Review(peer);
        }
    }
}
