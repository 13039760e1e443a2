using System.Diagnostics;
using System.Threading.Channels;
using OpStack.P2P.Metrics;
using OpStack.P2P.Sync;

namespace OpStack.P2P;

/// <summary>The host's side of a range: taking its blocks.</summary>
public sealed partial class SyncClient
{
    /// <param name="range">What to fetch.</param>
    /// <param name="onBlock">Takes a block; false when the range has become too large.</param>
    /// <param name="cancellationToken">Gives the range up.</param>
    private async Task<SyncRangeResult> RunRangeAsync(
        SyncRange range, Func<SyncedBlock, CancellationToken, ValueTask<bool>> onBlock, CancellationToken cancellationToken)
    {
        // A range of all 2^64 heights would count as none.
        if (range.First > range.Last || range.Count == 0)
        {
            throw new ArgumentException($"No blocks lie between {range.First} and {range.Last}.", nameof(range));
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            if (_timer is null)
            {
                throw new InvalidOperationException("The client has not been started.");
            }

            if (_callers > SyncLimits.MaxQueuedRanges)
            {
                return new SyncRangeResult(SyncOutcome.Busy, 0, range.Last);
            }

            _callers++;
        }

        using Activity? activity = P2PActivity.StartSyncRange();
        try
        {
            SyncRangeResult result = await ReceiveAsync(new RangeRun(range) { Trace = activity?.Context ?? default }, onBlock, cancellationToken).ConfigureAwait(false);
            activity?.End(MetricLabel.SnakeCase(result.Outcome.ToString()), result.Outcome != SyncOutcome.Complete);
            return result;
        }
        finally
        {
            lock (_gate)
            {
                _callers--;
            }
        }
    }

    private async Task<SyncRangeResult> ReceiveAsync(
        RangeRun run, Func<SyncedBlock, CancellationToken, ValueTask<bool>> onBlock, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!await PostAsync(new SyncInput.Begin(run)).ConfigureAwait(false))
        {
            return run.Result;
        }

        try
        {
            ulong delivered = 0;
            await foreach (SyncedBlock block in run.Blocks.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!await onBlock(block, cancellationToken).ConfigureAwait(false))
                {
                    return new SyncRangeResult(SyncOutcome.TooLarge, delivered, block.Envelope.Payload.BlockNumber);
                }

                delivered++;
                await PostAsync(new SyncInput.Taken(run)).ConfigureAwait(false);
            }

            return run.Result;
        }
        finally
        {
            await PostAsync(new SyncInput.Leave(run)).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the loop; false when it has ended.</summary>
    private async ValueTask<bool> PostAsync(SyncInput input)
    {
        try
        {
            await _inputs.Writer.WriteAsync(input, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }
}
