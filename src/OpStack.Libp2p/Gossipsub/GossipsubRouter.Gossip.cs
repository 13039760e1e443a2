namespace OpStack.Libp2p.Gossipsub;

/// <summary>IHAVE and IWANT as they come in, and what peers promise by them (wire.md 9.11).</summary>
internal sealed partial class GossipsubRouter
{
    private void OnIHave(RouterPeer peer, List<IHave> ihaves)
    {
        if (ihaves.Count == 0 || !MayGossipWith(peer))
        {
            return;
        }

        if (++peer.Spent.IHaveRpcs > _options.MaxIHaveMessages || peer.Spent.IdsAsked >= _options.MaxIHaveLength)
        {
            _counters.IHavesIgnored++;
            return;
        }

        Dictionary<MessageId, string> wanted = [];
        foreach (IHave ihave in ihaves)
        {
            if (_mesh.ContainsKey(ihave.Topic))
            {
                AddUnknown(ihave, wanted);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        List<MessageId> asked = PeerSelection.Sample([.. wanted.Keys], _options.MaxIHaveLength - peer.Spent.IdsAsked, _random);
        peer.Spent.IdsAsked += asked.Count;
        _counters.IdsAsked += asked.Count;
        ControlTo(peer).IWant.AddRange(asked);

        // One of them stands for all: a peer that lies about many is found out soon, and nothing grows with the ids.
        MessageId promised = asked[_random.Next(asked.Count)];
        _counters.PromisesMade += _promises.TryAdd(peer, wanted[promised], promised, _now) ? 1 : 0;
    }

    private void AddUnknown(IHave ihave, Dictionary<MessageId, string> wanted)
    {
        for (int i = 0; i < ihave.Ids.Length && i < _options.MaxIHaveLength; i++)
        {
            MessageId id = ihave.Ids[i];
            if (!_validating.ContainsKey(id) && !_seen.Contains(id, _now))
            {
                wanted.TryAdd(id, ihave.Topic);
            }
        }
    }

    // An id named more than once is one request, as in go.
    private void OnIWant(RouterPeer peer, List<MessageId> ids)
    {
        if (ids.Count == 0 || !MayGossipWith(peer))
        {
            return;
        }

        HashSet<MessageId> given = [];
        for (int i = 0; i < ids.Count && i < RpcLimits.MaxIWantIds; i++)
        {
            MessageId id = ids[i];
            long room = GossipsubLimits.MaxGivenBytes - peer.Spent.BytesGiven;
            if (!peer.DoesNotWant(id) && !given.Contains(id)
                && _cache.TryGive(id, peer.Id, _options.GossipRetransmission, room, out GossipFrame? frame))
            {
                given.Add(id);
                peer.Spent.BytesGiven += frame.Length;
                _counters.MessagesGiven++;
                _counters.BytesGiven += frame.Length;
                Send(peer, id, frame);
            }
        }
    }

    /// <summary>The message is here, valid or not: whoever promised it cannot be held to it any more.</summary>
    private void KeepPromises(MessageId id)
    {
        if (_promises.Count > 0)
        {
            _counters.PromisesKept += _promises.Keep(id);
        }
    }

    private void OnHeldUp(RouterInput.HeldUp heldUp)
    {
        if (_peers.TryGetValue(heldUp.Peer, out RouterPeer? peer))
        {
            peer.IsHeldUp = true;
        }
    }

    private void OnMessageLost(RouterInput.MessageLost lost)
    {
        if (_peers.TryGetValue(lost.Peer, out RouterPeer? peer))
        {
            _counters.PromisesVoid += _promises.Void(peer);
        }
    }
}
