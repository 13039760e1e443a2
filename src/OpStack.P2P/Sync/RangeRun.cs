using System.Diagnostics;
using System.Threading.Channels;

namespace OpStack.P2P.Sync;

/// <summary>One call of the host for a range, between it and the loop.</summary>
internal sealed class RangeRun(SyncRange range)
{
    // Bounded by the scheduler: it hands on no more than a window of blocks that were not taken.
    private readonly Channel<SyncedBlock> _blocks = Channel.CreateUnbounded<SyncedBlock>(new UnboundedChannelOptions { SingleReader = true });

    public SyncRange Range => range;

    /// <summary>The span it is told of in; default for none.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>The blocks that linked; ends when the range does.</summary>
    public ChannelReader<SyncedBlock> Blocks => _blocks.Reader;

    /// <summary>How it ended, once <see cref="Blocks"/> has.</summary>
    public SyncRangeResult Result { get; private set; } = new(SyncOutcome.Stopped, 0, range.Last);

    public void Deliver(SyncedBlock block) => _blocks.Writer.TryWrite(block);

    /// <summary>No blocks come after this.</summary>
    public void End(SyncRangeResult result)
    {
        Result = result;
        _blocks.Writer.TryComplete();
    }
}
