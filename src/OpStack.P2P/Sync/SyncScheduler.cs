using OpStack.Libp2p.Identity;
using OpStack.Primitives;

namespace OpStack.P2P.Sync;

/// <summary>
/// Gets one range of blocks from many peers: whom to ask for what and when, which blocks link, and what peers deserve for their answers. A pure
/// core: events and a monotonic time in, actions and the next deadline out.
/// </summary>
/// <remarks>
/// Only the highest block that is missing, the frontier, has a known hash; a window of 100 heights down from it is fetched ahead, which fills the
/// quarantine. A block that links is handed on at once and makes its parent's hash known. One that does not link puts its sender under suspicion;
/// what proves it wrong is only the block that does link, so a range whose end is not of the peers' chain costs nobody score.
/// </remarks>
internal sealed partial class SyncScheduler
{
    private readonly TimeSpan _stallTimeout;
    private readonly Func<PeerId, bool> _filter;
    private readonly RequestPacer _global = new(SyncLimits.GlobalBurst, SyncLimits.GlobalInterval);
    private readonly Dictionary<PeerId, SyncPeer> _peers = [];
    private readonly Dictionary<long, Request> _requests = [];
    private readonly Dictionary<ulong, WantedBlock> _window = [];
    private readonly Queue<int> _untaken = [];
    private readonly List<PeerId> _suspects = [];
    private List<SyncAction> _actions = [];
    private SyncRange? _range;
    private ulong _remaining;
    private Hash256 _trusted;
    private long _heldBytes;
    private int _quarantined;
    private long _lastRequest;
    private long _firstRequest;
    private TimeSpan _progress;
    private ulong? _lastRequested;
    private SyncStatistics _counts = new();

    /// <param name="stallTimeout">How long a range may go without a block that links.</param>
    /// <param name="filter">Who may be asked at all.</param>
    public SyncScheduler(TimeSpan stallTimeout, Func<PeerId, bool> filter)
    {
        _stallTimeout = stallTimeout;
        _filter = filter;
    }

    /// <summary>Counters and what is held.</summary>
    public SyncStatistics Statistics => _counts with
    {
        Peers = _peers.Values.Count(IsCandidate),
        InFlight = _requests.Count,
        Quarantined = _quarantined + _untaken.Count,
        QuarantinedBytes = _heldBytes,
        LastRequested = _lastRequested,
    };

    /// <summary>The highest height that has not linked; only while some remain.</summary>
    private ulong Frontier => _range!.Value.First + _remaining - 1;

    /// <summary>
    /// How many heights down from the frontier may be fetched. None while the host has blocks to take and too many bytes are held: what links
    /// is handed on at once, so the frontier alone would go on filling a host that is slow.
    /// </summary>
    private ulong WindowSize => _untaken.Count > 0 && _heldBytes >= SyncLimits.MaxQuarantineBytes
        ? 0
        : Math.Min(_remaining, (ulong)(SyncLimits.MaxQuarantine - _untaken.Count));

    /// <summary>Begins a range; the one before must have ended.</summary>
    public void Begin(SyncRange range, TimeSpan now)
    {
        _range = range;
        _remaining = range.Count;
        _trusted = range.LastHash;
        _progress = now;
        _firstRequest = _lastRequest + 1;
    }

    /// <summary>Gives up the range, if there is one; answers that come yet change nothing but scores.</summary>
    public void Cancel()
    {
        _range = null;
        _remaining = 0;
        _window.Clear();
        _untaken.Clear();
        _suspects.Clear();
        _heldBytes = _quarantined = 0;
    }

    /// <summary>The host has taken the oldest block it was handed and had not taken.</summary>
    public void OnTaken(TimeSpan now)
    {
        if (_untaken.TryDequeue(out int size))
        {
            _heldBytes -= size;
            _progress = now;
        }
    }

    /// <summary>What is to be done after all events of this moment. The list is the caller's.</summary>
    public IReadOnlyList<SyncAction> Update(TimeSpan now)
    {
        if (_range is not null && OutcomeAt(now) is { } outcome)
        {
            End(outcome);
        }
        else if (_range is not null)
        {
            AskAll(now);
        }

        List<SyncAction> actions = _actions;
        _actions = [];
        return actions;
    }

    /// <summary>Ends the range with what is known by now, unless there is none.</summary>
    public void End(SyncOutcome outcome)
    {
        if (_range is { } range)
        {
            _actions.Add(new SyncAction.End(new SyncRangeResult(outcome, range.Count - _remaining, _remaining == 0 ? null : Frontier)));
            Cancel();
        }
    }

    /// <summary>When <see cref="Update"/> has something to do even if nothing happens until then; null for never.</summary>
    public TimeSpan? NextDeadline(TimeSpan now)
    {
        if (_range is null)
        {
            return null;
        }

        List<TimeSpan> times = [.. _peers.Values.Where(IsIdle).Select(peer => now + peer.DelayAt(now)), now + _global.DelayAt(now)];
        if (WindowSize > 0)
        {
            times.Add(_progress + _stallTimeout);
        }

        if (_remaining > 0 && _window.TryGetValue(Frontier, out WantedBlock? frontier))
        {
            times.Add(frontier.AskedAt + SyncLimits.HedgeDelay);
        }

        // What lies in the past has been done or waits for an event.
        return times.Where(time => time > now).Select(time => (TimeSpan?)time).Min();
    }

    private SyncOutcome? OutcomeAt(TimeSpan now)
    {
        if (_remaining == 0)
        {
            return SyncOutcome.Complete;
        }

        if (_window.TryGetValue(Frontier, out WantedBlock? frontier) && frontier.Asked.Count == 0)
        {
            PeerId[] candidates = [.. _peers.Values.Where(IsCandidate).Select(peer => peer.Id)];
            if (candidates.Length > 0 && Array.TrueForAll(candidates, peer => frontier.Absent.Contains(peer) || _suspects.Contains(peer)))
            {
                return _suspects.Count > 0 ? SyncOutcome.Unlinked : SyncOutcome.NotFound;
            }
        }

        return WindowSize > 0 && now - _progress >= _stallTimeout ? SyncOutcome.Stalled : null;
    }

    /// <summary>Hands on what links, and puts aside what does not.</summary>
    private void Link(TimeSpan now)
    {
        while (_remaining > 0 && _window.TryGetValue(Frontier, out WantedBlock? wanted) && wanted.Quarantined is { } block)
        {
            if (block.Envelope.Payload.BlockHash != _trusted)
            {
                Suspect(block.Peer, now);
                return;
            }

            _window.Remove(Frontier);
            _remaining--;
            _quarantined--;
            _trusted = block.Envelope.Payload.ParentHash;
            _progress = now;
            _untaken.Enqueue(block.Envelope.Body.Length);
            _counts = _counts with { Blocks = _counts.Blocks + 1, Rejected = _counts.Rejected + _suspects.Count };
            _actions.Add(new SyncAction.Deliver(block));
            _actions.Add(new SyncAction.Score(block.Peer, SyncVerdict.Valid));
            _actions.AddRange(_suspects.Select(suspect => new SyncAction.Score(suspect, SyncVerdict.Rejected)));
            _suspects.Clear();
        }
    }

    /// <summary>
    /// The peer's block for the frontier does not link. All that it sent is put aside and asked of others; it is left alone for a while.
    /// </summary>
    private void Suspect(PeerId peer, TimeSpan now)
    {
        _suspects.Add(peer);
        foreach (WantedBlock wanted in _window.Values)
        {
            if (wanted.Quarantined is { } block && block.Peer.Equals(peer))
            {
                wanted.Quarantined = null;
                wanted.Failed.Add(peer);
                _quarantined--;
                _heldBytes -= block.Envelope.Body.Length;
            }
        }

        if (_peers.TryGetValue(peer, out SyncPeer? known))
        {
            known.PausedUntil = now + SyncLimits.SuspectPause;
        }
    }

    /// <param name="Peer">Who was asked.</param>
    /// <param name="Number">For what.</param>
    private readonly record struct Request(PeerId Peer, ulong Number);
}
