using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections;

namespace OpStack.P2P;

/// <summary>Fetches ranges of blocks by number.</summary>
public sealed class SyncClient : IAsyncDisposable
{
    public SyncClient(
        IProtocolHost host, RollupConfig config, ApplicationScore? scores = null, SyncOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null) =>
        throw new NotImplementedException();

    public SyncStatistics Statistics => throw new NotImplementedException();

    public void Start() => throw new NotImplementedException();

    /// <summary>Descending, each block as soon as it links.</summary>
    public Task<SyncRangeResult> RequestRangeAsync(
        SyncRange range, Func<SyncedBlock, CancellationToken, ValueTask> onBlock, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Ascending, once the range is whole.</summary>
    public Task<SyncRangeResult> RequestRangeAscendingAsync(
        SyncRange range, Func<SyncedBlock, CancellationToken, ValueTask> onBlock, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
