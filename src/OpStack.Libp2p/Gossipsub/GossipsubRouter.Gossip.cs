namespace OpStack.Libp2p.Gossipsub;

/// <summary>IHAVE, IWANT and IDONTWANT (wire.md 9.11, 9.13).</summary>
internal sealed partial class GossipsubRouter
{
    private void OnIHave(RouterPeer peer, List<IHave> ihaves)
    {
        if (ihaves.Count == 0 || !MayGossipWith(peer) || ++peer.IHaveRpcs > _options.MaxIHaveMessages || peer.IdsAsked >= _options.MaxIHaveLength)
        {
            return;
        }

        HashSet<MessageId> wanted = [];
        foreach (IHave ihave in ihaves)
        {
            if (_mesh.ContainsKey(ihave.Topic))
            {
                wanted.UnionWith(ihave.Ids.Take(_options.MaxIHaveLength).Where(id => !_validating.ContainsKey(id) && !_seen.Contains(id, _now)));
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        List<MessageId> asked = PeerSelection.Sample([.. wanted], _options.MaxIHaveLength - peer.IdsAsked, _random);
        peer.IdsAsked += asked.Count;
        _counters.IdsAsked += asked.Count;
        ControlTo(peer).IWant.AddRange(asked);
    }

    private void OnIWant(RouterPeer peer, List<MessageId> ids)
    {
        if (ids.Count == 0 || !MayGossipWith(peer))
        {
            return;
        }

        foreach (MessageId id in ids.Take(RpcLimits.MaxIWantIds))
        {
            if (!peer.DoesNotWant(id) && _cache.TryGive(id, peer.Id, _options.GossipRetransmission, out GossipFrame? frame))
            {
                _counters.MessagesGiven++;
                Send(peer, id, frame);
            }
        }
    }

    private void SendIDontWant(HashSet<RouterPeer> mesh, RouterPeer sender, MessageId id)
    {
        foreach (RouterPeer peer in mesh)
        {
            if (peer != sender && peer.Version >= GossipsubVersion.V12)
            {
                ControlTo(peer).IDontWant.Add(id);
            }
        }
    }

    /// <summary>Advertises the topic's recent messages to random subscribers that do not get them pushed.</summary>
    private void EmitGossip(string topic, HashSet<RouterPeer> pushedTo)
    {
        List<MessageId> ids = _cache.GossipIds(topic);
        if (ids.Count == 0)
        {
            return;
        }

        List<RouterPeer> candidates = Subscribers(topic, peer => !pushedTo.Contains(peer) && MayGossipWith(peer));
        int count = Math.Max(_options.GossipDegree, (int)(_options.GossipFactor * candidates.Count));
        MessageId[] shuffled = [.. PeerSelection.Sample(ids, int.MaxValue, _random)];
        foreach (RouterPeer peer in PeerSelection.Sample(candidates, count, _random))
        {
            if (shuffled.Length > _options.MaxIHaveLength)
            {
                // Each peer gets another part, so that together they learn of all.
                _random.Shuffle(shuffled);
            }

            AddIHave(peer, topic, shuffled.AsSpan(0, Math.Min(shuffled.Length, _options.MaxIHaveLength)));
        }
    }

    private void AddIHave(RouterPeer peer, string topic, ReadOnlySpan<MessageId> ids)
    {
        ControlTo(peer);
        while (ids.Length > 0)
        {
            Rpc last = peer.Outbox[^1];
            int room = GossipsubLimits.MaxIHaveIdsPerRpc - last.IHave.Sum(ihave => ihave.Ids.Length);
            if (room > 0)
            {
                int taken = Math.Min(room, ids.Length);
                last.IHave.Add(new IHave(topic, ids[..taken].ToArray()));
                ids = ids[taken..];
            }
            else if (peer.Outbox.Count < _options.MaxIHaveMessages)
            {
                peer.Outbox.Add(new Rpc());
            }
            else
            {
                return;
            }
        }
    }

    private bool MayGossipWith(RouterPeer peer) => _scoring.Score(peer.Id) >= _scoring.Thresholds.Gossip;
}
