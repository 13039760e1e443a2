using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Gossip;

/// <summary>
/// Carries scores from gossip to the peer store every 15 s (op-node's snapshot hook), where bans, gates and the RPC read them, and back
/// after a restart. Tells the connection manager as often who is in the mesh.
/// </summary>
internal sealed class PeerScoreKeeper : IAsyncDisposable
{
    private readonly GossipsubService _gossip;
    private readonly PeerStore _store;
    private readonly MeshTags _mesh;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IResponseBook? _responses;
    private RepeatedTask? _storing;
    private int _isDisposed;

    /// <param name="gossip">Where scores are made.</param>
    /// <param name="store">Where they are kept.</param>
    /// <param name="mesh">Told who is in the mesh.</param>
    /// <param name="retention">How long the score of a peer that is gone is kept.</param>
    /// <param name="time">Clock and timer.</param>
    /// <param name="logger">Event 2504.</param>
    public PeerScoreKeeper(GossipsubService gossip, PeerStore store, MeshTags mesh, TimeSpan retention, TimeProvider time, ILogger logger)
    {
        _gossip = gossip;
        _store = store;
        _mesh = mesh;
        _retention = retention;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whose counts are stored beside the scores; set before the start.</summary>
    public IResponseBook? Responses
    {
        set => _responses = value;
    }

    /// <summary>
    /// Gives gossip the scores that were stored, and begins to store. Once, after the store was read and before a peer is connected.
    /// </summary>
    public void Start()
    {
        DateTimeOffset now = _time.GetUtcNow();
        IReadOnlyList<StoredPeer> peers = _store.GetAll();
        _gossip.ImportScores([.. peers.Select(peer => GossipScores.ToRetained(peer, now)).OfType<RetainedPeerScore>()]);
        foreach (StoredPeer peer in peers)
        {
            if (peer.Score is { } score)
            {
                _responses?.Restore(peer.Peer, score.Responses, score.ExpiresAt - now);
            }
        }

        _storing = RepeatedTask.Start(GossipLimits.ScoreInspectInterval, _time, _ => StoreAsync());
    }

    /// <summary>Stores for the last time; before gossip is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_storing is not null && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _storing.DisposeAsync().ConfigureAwait(false);
            await StoreAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Never fails, and never hangs on a loop of gossip that does.</summary>
    private async Task StoreAsync()
    {
        using CancellationTokenSource deadline = new(GossipLimits.ScoreInspectTimeout, _time);
        try
        {
            RouterSnapshot snapshot = await _gossip.GetSnapshotAsync(deadline.Token).ConfigureAwait(false);
            IReadOnlyList<RetainedPeerScore> retained = await _gossip.ExportScoresAsync(deadline.Token).ConfigureAwait(false);
            Dictionary<PeerId, RetainedPeerScore> counters = retained.ToDictionary(score => score.Peer);
            DateTimeOffset now = _time.GetUtcNow();
            _store.SetScores(snapshot.Scores.Select(score => KeyValuePair.Create(
                score.Peer,
                GossipScores.ToStored(score, counters.GetValueOrDefault(score.Peer), now, _retention) with
                {
                    Responses = _responses?.Read(score.Peer) ?? default,
                })));
            _mesh.Apply(snapshot.Mesh.Values.SelectMany(peers => peers));
        }
        catch (Exception e)
        {
            _logger.ScoresNotStored(e); // Gossip that ended before us; what was stored last stays.
        }
    }
}
