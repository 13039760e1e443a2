using OpStack.Libp2p.Gossipsub.Scoring;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Scores that outlive a restart.</summary>
public sealed partial class GossipsubService
{
    private readonly PeerScore? _score;

    /// <summary>What is to be stored of scores so that nobody is rid of a bad one by our restart; empty when peers are not scored.</summary>
    public Task<IReadOnlyList<RetainedPeerScore>> ExportScoresAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<IReadOnlyList<RetainedPeerScore>> read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!Post(() => read.SetResult(_score?.Export(Now) ?? [])), this);
        return read.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Takes up stored scores as if their peers had just left; best before the first peer is connected, for those known already are left as they are. Nothing happens
    /// when peers are not scored.
    /// </summary>
    public void ImportScores(IReadOnlyList<RetainedPeerScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Post(() => _score?.Import(scores, Now));
    }
}
