using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Node;

/// <summary>
/// Asks by number for what gossip left out (op-node's alt sync): looks every two block times, one range at a time. What comes goes the way
/// of all unsafe blocks.
/// </summary>
internal sealed class GapFiller
{
    private readonly GapDetector _detector;
    private readonly SyncClient _sync;
    private readonly UnsafeBlockFeed _feed;
    private readonly RecentBlocks _recent;
    private readonly PartBoard _board;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly long _started;
    private readonly Lock _gate = new();

    public GapFiller(TimeSpan blockTime, SyncClient sync, UnsafeBlockFeed feed, RecentBlocks recent, PartBoard board, TimeProvider time, ILogger logger)
    {
        _detector = new GapDetector(blockTime);
        _sync = sync;
        _feed = feed;
        _recent = recent;
        _board = board;
        _time = time;
        _logger = logger;
        _interval = blockTime * 2;
        _started = time.GetTimestamp();
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>The host's chain reaches up to here.</summary>
    public void OnHead(BlockId head)
    {
        lock (_gate)
        {
            _detector.OnHead(head);
        }
    }

    /// <summary>A block is there.</summary>
    public void OnBlock(OpNetworkPayloadEnvelope block)
    {
        lock (_gate)
        {
            _detector.OnBlock(block.Payload, Now);
        }
    }

    public async Task RunAsync(CancellationToken stopped)
    {
        using PeriodicTimer timer = new(_interval, _time);
        while (await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false))
        {
            foreach (SyncRange gap in TakeDue())
            {
                await FillAsync(gap, stopped).ConfigureAwait(false);
            }
        }
    }

    private IReadOnlyList<SyncRange> TakeDue()
    {
        lock (_gate)
        {
            return _detector.TakeDue(Now);
        }
    }

    private async Task FillAsync(SyncRange gap, CancellationToken stopped)
    {
        try
        {
            SyncRangeResult result = await _sync.RequestRangeAsync(gap, TakeAsync, stopped).ConfigureAwait(false);
            _logger.GapAsked(gap.First, gap.Last, result.Outcome, result.Delivered);
            _board.Set(NetworkPart.Sync, PartState.Running);
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            _board.Fail(NetworkPart.Sync, e.Message, e);
        }
    }

    private async ValueTask TakeAsync(SyncedBlock block, CancellationToken cancellationToken)
    {
        OnBlock(block.Envelope);
        _recent.Add(block.Envelope, BlockOrigin.Sync, block.Peer);
        await _feed.AddAsync(block.Envelope, cancellationToken).ConfigureAwait(false);
    }
}
