namespace OpStack.Libp2p.Gossipsub;

/// <summary>IDONTWANT (wire.md 9.13).</summary>
internal sealed partial class GossipsubRouter
{
    private void SendIDontWant(HashSet<RouterPeer> mesh, RouterPeer sender, MessageId id)
    {
        foreach (RouterPeer peer in mesh)
        {
            if (peer != sender && peer.Version >= GossipsubVersion.V12 && peer.Spent.IDontWantsSent < GossipsubLimits.MaxIDontWantsSent)
            {
                peer.Spent.IDontWantsSent++;
                ControlTo(peer).IDontWant.Add(id);
            }
        }
    }

    private void OnIDontWant(RouterPeer peer, List<MessageId> ids)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            if (!peer.TryAddUnwanted(ids[i]))
            {
                _counters.UnwantedIgnored += ids.Count - i;
                return;
            }

            _counters.UnwantedIds++;
            if (_cache.Contains(ids[i]))
            {
                _outputs.Add(new RouterOutput.CancelMessage(peer.Id, ids[i]));
            }
        }
    }
}
