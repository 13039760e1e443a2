namespace OpStack.Libp2p.Gossipsub;

/// <summary>IHAVE on its way out (wire.md 9.12, emitGossip).</summary>
internal sealed partial class GossipsubRouter
{
    private readonly List<MessageId> _gossipIds = [];

    /// <summary>Advertises the topic's recent messages to random subscribers that do not get them pushed.</summary>
    private void EmitGossip(string topic, HashSet<RouterPeer> pushedTo)
    {
        _gossipIds.Clear();
        _cache.AddGossipIds(topic, _gossipIds);
        if (_gossipIds.Count == 0)
        {
            return;
        }

        _candidates.Clear();
        if (_subscribers.TryGetValue(topic, out HashSet<RouterPeer>? subscribers))
        {
            foreach (RouterPeer peer in subscribers)
            {
                if (!peer.IsDirect && !pushedTo.Contains(peer) && MayGossipWith(peer))
                {
                    _candidates.Add(peer);
                }
            }
        }

        int count = Math.Max(_options.GossipDegree, (int)(_options.GossipFactor * _candidates.Count));
        if (Math.Min(count, _candidates.Count) == 0)
        {
            return;
        }

        MessageId[] ids = [.. PeerSelection.Sample(_gossipIds, int.MaxValue, _random)];
        IHave all = new(topic, ids);
        bool isShort = ids.Length <= Math.Min(GossipsubLimits.MaxIHaveIdsPerRpc, _options.MaxIHaveLength);
        foreach (RouterPeer peer in PeerSelection.Sample(_candidates, count, _random))
        {
            if (isShort && RoomForIds(ControlTo(peer)) >= ids.Length)
            {
                peer.Outbox[0].IHave.Add(all);
            }
            else
            {
                AddIHave(peer, topic, PartOf(ids));
            }
        }
    }

    // Each peer gets another part of too many ids, so that together they learn of all.
    private ReadOnlySpan<MessageId> PartOf(MessageId[] ids)
    {
        if (ids.Length > _options.MaxIHaveLength)
        {
            _random.Shuffle(ids);
        }

        return ids.AsSpan(0, Math.Min(ids.Length, _options.MaxIHaveLength));
    }

    private void AddIHave(RouterPeer peer, string topic, ReadOnlySpan<MessageId> ids)
    {
        ControlTo(peer);
        while (ids.Length > 0)
        {
            GossipRpc last = peer.Outbox[^1];
            int taken = Math.Min(RoomForIds(last), ids.Length);
            if (taken > 0)
            {
                last.IHave.Add(new IHave(topic, ids[..taken].ToArray()));
                ids = ids[taken..];
            }
            else if (peer.Outbox.Count < _options.MaxIHaveMessages)
            {
                peer.Outbox.Add(new GossipRpc());
            }
            else
            {
                return;
            }
        }
    }

    private static int RoomForIds(GossipRpc rpc)
    {
        int room = GossipsubLimits.MaxIHaveIdsPerRpc;
        foreach (IHave ihave in rpc.IHave)
        {
            room -= ihave.Ids.Length;
        }

        return room;
    }
}
