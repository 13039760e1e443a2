using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.Sync;

namespace OpStack.P2P;

/// <summary>
/// The application's score of a peer, P5 of gossip's score: 0.5 for every valid answer to a sync request, -1 for every failed one and -20 for
/// every block that was not of the chain (op-node app_scores.go; op-stack-p2p.md 1.12). Thread-safe and never blocking for long, so that
/// <see cref="ScoreOf"/> may be given to <see cref="PeerScoreOptions.ApplicationScore"/>.
/// </summary>
/// <remarks>
/// The three counts are capped at 10, 9 and 20, so a score is -409 to 5. Each decays by 0.01^(1/60) per block time while its peer is connected
/// (to 0.01 of itself in ten epochs of six block times), is zero below 0.01, and is forgotten 600 block times after its peer has gone.
/// </remarks>
public sealed class ApplicationScores : IResponseBook
{
    private const double ValidWeight = 0.5;
    private const double ErrorWeight = -1;
    private const double RejectedWeight = -20;

    private readonly TimeSpan _slot;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, ResponseCounts> _peers = [];

    /// <summary>Creates a book without entries.</summary>
    /// <param name="blockTime">The chain's block time, at least 1 s; zero counts as op-node's default of 2 s.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public ApplicationScores(TimeSpan blockTime, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockTime, TimeSpan.Zero);
        _slot = blockTime == TimeSpan.Zero ? TimeSpan.FromSeconds(2) : blockTime;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The score now; zero for a peer that nothing is known of.</summary>
    public double ScoreOf(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out ResponseCounts? counts) ? Weigh(counts, Slot) : 0;
        }
    }

    /// <summary>The three counts behind the score: valid answers, failed ones, blocks that were not of the chain.</summary>
    internal (double Valid, double Errors, double Rejected) CountsOf(PeerId peer)
    {
        lock (_gate)
        {
            if (!_peers.TryGetValue(peer, out ResponseCounts? counts))
            {
                return default;
            }

            counts.DecayTo(Slot);
            return (counts.Valid, counts.Errors, counts.Rejected);
        }
    }

    StoredResponses IResponseBook.Read(PeerId peer)
    {
        (double valid, double errors, double rejected) = CountsOf(peer);
        return new StoredResponses(valid, errors, rejected);
    }

    void IResponseBook.Restore(PeerId peer, StoredResponses responses, TimeSpan left)
    {
        lock (_gate)
        {
            if (responses == default || left <= TimeSpan.Zero || _peers.ContainsKey(peer))
            {
                return;
            }

            long slot = Slot;
            MakeRoom(slot);
            _peers[peer] = ResponseCounts.Restored(responses, slot + Math.Min(left.Ticks / _slot.Ticks, SyncLimits.ScoreRetentionSlots));
        }
    }

    /// <summary>The peer gave a block that links.</summary>
    internal void OnValidResponse(PeerId peer) => Change(peer, static counts => counts.AddValid());

    /// <summary>A request failed by the peer's fault.</summary>
    internal void OnResponseError(PeerId peer) => Change(peer, static counts => counts.AddError());

    /// <summary>The peer gave a block that is not of the chain.</summary>
    internal void OnRejectedPayload(PeerId peer) => Change(peer, static counts => counts.AddRejected());

    /// <summary>Its counts decay from now on.</summary>
    internal void OnConnected(PeerId peer) => Move(peer, connected: true);

    /// <summary>Its counts stay as they are from now on.</summary>
    internal void OnDisconnected(PeerId peer) => Move(peer, connected: false);

    // Whole block times since the clock began: op-node's decay runs once per block time as well.
    private long Slot => _time.GetElapsedTime(0).Ticks / _slot.Ticks;

    private static double Weigh(ResponseCounts counts, long slot)
    {
        counts.DecayTo(slot);
        return (ValidWeight * counts.Valid) + (ErrorWeight * counts.Errors) + (RejectedWeight * counts.Rejected);
    }

    private void Move(PeerId peer, bool connected)
    {
        lock (_gate)
        {
            if (_peers.TryGetValue(peer, out ResponseCounts? counts))
            {
                counts.Move(Slot, connected);
            }
        }
    }

    private void Change(PeerId peer, Action<ResponseCounts> change)
    {
        lock (_gate)
        {
            long slot = Slot;
            if (!_peers.TryGetValue(peer, out ResponseCounts? counts))
            {
                MakeRoom(slot);
                _peers[peer] = counts = new ResponseCounts(slot);
            }

            counts.DecayTo(slot);
            change(counts);
        }
    }

    /// <summary>
    /// Forgets the quarter whose scores matter least: a bad one is not washed out by many new ones, and making room for each of them costs little.
    /// </summary>
    private void MakeRoom(long slot)
    {
        if (_peers.Count >= SyncLimits.MaxScoredPeers)
        {
            PeerId[] least = [.. _peers.OrderBy(peer => Math.Abs(Weigh(peer.Value, slot))).Take(_peers.Count / 4).Select(peer => peer.Key)];
            Array.ForEach(least, peer => _peers.Remove(peer));
        }
    }
}
