using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Sync;

/// <summary>Peers: who is there, who is asked next, and what their answers change.</summary>
internal sealed partial class SyncScheduler
{
    /// <summary>A peer has come that serves the protocol, or says again that it does.</summary>
    public void AddPeer(PeerId peer)
    {
        if (_peers.TryGetValue(peer, out SyncPeer? known))
        {
            known.Serves = true;
        }
        else if (_peers.Count < SyncLimits.MaxPeers || ForgetOne())
        {
            _peers[peer] = new SyncPeer(peer);
        }
    }

    /// <summary>
    /// A peer has gone. What it was asked for is free at once; its answer, or that there is none, is judged when it comes. What is known of it is kept,
    /// so that it cannot come back as somebody new.
    /// </summary>
    public void RemovePeer(PeerId peer)
    {
        if (_peers.TryGetValue(peer, out SyncPeer? gone))
        {
            gone.Serves = false;
            gone.Asked = null;
            foreach (WantedBlock wanted in _window.Values)
            {
                wanted.Asked.Remove(peer);
            }
        }
    }

    /// <summary>What came of a request.</summary>
    public void OnAnswer(long id, SyncAnswer answer, TimeSpan now)
    {
        if (!_requests.Remove(id, out Request request))
        {
            return;
        }

        SyncPeer? peer = _peers.GetValueOrDefault(request.Peer);
        if (peer is not null && peer.Asked == id)
        {
            peer.Asked = null;
            peer.Serves &= answer.Fault != SyncFault.Unsupported;
        }

        if (answer.Fault == SyncFault.None)
        {
            peer?.Judge(failed: false);
        }
        else if (answer.Fault.IsPeersFault())
        {
            peer?.Judge(failed: true);
            peer?.Pacer.Take(now, SyncLimits.ErrorCost);
            _counts = _counts with { Errors = _counts.Errors + 1 };
            _actions.Add(new SyncAction.Score(request.Peer, SyncVerdict.Error));
        }

        if (answer.Fault == SyncFault.NotFound)
        {
            _counts = _counts with { NotFound = _counts.NotFound + 1 };
        }

        // Of a range before, or of a height that another peer was quicker with.
        if (id < _firstRequest || !_window.TryGetValue(request.Number, out WantedBlock? wanted))
        {
            return;
        }

        wanted.Asked.Remove(request.Peer);
        Keep(wanted, request.Peer, answer);
        Link(now);
    }

    private void Keep(WantedBlock wanted, PeerId peer, SyncAnswer answer)
    {
        if (answer.Fault == SyncFault.NotFound)
        {
            wanted.Absent.Add(peer);
        }
        else if (answer.Envelope is null)
        {
            wanted.Failed.Add(peer);
        }
        else if (wanted.Quarantined is null && !_suspects.Contains(peer))
        {
            wanted.Quarantined = new SyncedBlock(answer.Envelope, peer);
            _quarantined++;
            _heldBytes += answer.Envelope.Body.Length;
        }
    }

    /// <summary>Forgets the one that has failed least of those that are gone; false when all are there.</summary>
    private bool ForgetOne() => _peers.Values.Where(peer => !peer.Serves).MinBy(peer => peer.Failures) is { } least && _peers.Remove(least.Id);

    private bool IsCandidate(SyncPeer peer) => peer.Serves && _filter(peer.Id);

    private bool IsIdle(SyncPeer peer) => peer.Asked is null && IsCandidate(peer);

    /// <summary>Asks all that can be asked now: of the peers that fail least the one that has waited longest first.</summary>
    private void AskAll(TimeSpan now)
    {
        SyncPeer[] ready =
        [
            .. _peers.Values.Where(peer => IsIdle(peer) && peer.DelayAt(now) == TimeSpan.Zero)
                .OrderBy(peer => peer.Failures)
                .ThenBy(peer => peer.LastAsked),
        ];
        foreach (SyncPeer peer in ready)
        {
            if (_requests.Count >= SyncLimits.MaxInFlight || _global.DelayAt(now) > TimeSpan.Zero)
            {
                return;
            }

            if (NextFor(peer.Id, now) is { } number)
            {
                Ask(peer, number, now);
            }
        }
    }

    private void Ask(SyncPeer peer, ulong number, TimeSpan now)
    {
        long id = ++_lastRequest;
        peer.Asked = peer.LastAsked = id;
        peer.Pacer.Take(now);
        _global.Take(now);
        _requests[id] = new Request(peer.Id, number);
        WantedBlock wanted = Wanted(number);
        wanted.Asked.Add(peer.Id);
        wanted.AskedAt = now;
        _lastRequested = number;
        _counts = _counts with { Requests = _counts.Requests + 1 };
        _actions.Add(new SyncAction.Ask(id, peer.Id, number));
    }

    /// <summary>What this peer should be asked for: the frontier if it is overdue elsewhere, else the highest that nobody was asked for.</summary>
    private ulong? NextFor(PeerId peer, TimeSpan now)
    {
        ulong size = WindowSize;
        if (size == 0)
        {
            return null;
        }

        if (IsOverdue(Wanted(Frontier), peer, now))
        {
            return Frontier;
        }

        for (ulong below = 0; below < size && (below == 0 || _heldBytes < SyncLimits.MaxQuarantineBytes); below++)
        {
            WantedBlock wanted = Wanted(Frontier - below);
            if (wanted.Quarantined is null && wanted.Asked.Count == 0 && MayAsk(wanted, peer))
            {
                return Frontier - below;
            }
        }

        return null;
    }

    private bool IsOverdue(WantedBlock frontier, PeerId peer, TimeSpan now) =>
        frontier.Asked.Count is > 0 and < SyncLimits.MaxHedges
        && now - frontier.AskedAt >= SyncLimits.HedgeDelay
        && !frontier.Asked.Contains(peer)
        && MayAsk(frontier, peer);

    /// <summary>
    /// Not one under suspicion or without the block; one that failed with it only when all others do not have it or failed as well.
    /// </summary>
    private bool MayAsk(WantedBlock wanted, PeerId peer) =>
        !_suspects.Contains(peer)
        && !wanted.Absent.Contains(peer)
        && (!wanted.Failed.Contains(peer)
            || _peers.Values.Where(IsCandidate).All(other => wanted.Absent.Contains(other.Id) || wanted.Failed.Contains(other.Id)));

    private WantedBlock Wanted(ulong number)
    {
        if (!_window.TryGetValue(number, out WantedBlock? wanted))
        {
            _window[number] = wanted = new WantedBlock();
        }

        return wanted;
    }
}
