using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Direct peers: an agreement of two operators, apart from meshes and scores (wire.md 9.6, 9.7, 9.12).</summary>
internal sealed partial class GossipsubRouter
{
    private readonly HashSet<PeerId> _direct;
    private TimeSpan _firstDial;

    private void DialDirect()
    {
        foreach (PeerId peer in _direct)
        {
            if (!_peers.ContainsKey(peer))
            {
                _counters.DirectDials++;
                _outputs.Add(new RouterOutput.Dial(peer));
            }
        }
    }

    /// <summary>To every direct peer that subscribes and did not send it, whatever IDONTWANT it sent, as in go.</summary>
    private void SendToDirect(MessageId id, string topic, GossipFrame frame, HashSet<PeerId> senders)
    {
        foreach (PeerId direct in _direct)
        {
            if (!senders.Contains(direct) && _peers.TryGetValue(direct, out RouterPeer? peer) && peer.Topics.Contains(topic))
            {
                Send(peer, id, frame);
            }
        }
    }
}
