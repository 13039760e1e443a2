using System.Text.Json;

namespace OpStack.P2P.AspNetCore.Dashboard;

/// <summary>
/// The snapshot all viewers share: taken when one asks and the last one is a second old, and once for all who ask meanwhile. Nobody asks,
/// nothing is taken.
/// </summary>
internal sealed class SnapshotFeed(Func<CancellationToken, Task<DashboardSnapshot>> take, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<byte[]>? _snapshot;
    private long _takenAt;

    /// <summary>Snapshots taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>The present snapshot as JSON. Throws what taking it threw, until the next one is due.</summary>
    public Task<byte[]> GetAsync(CancellationToken cancellationToken)
    {
        Task<byte[]> snapshot;
        lock (_gate)
        {
            // One that is being taken is waited for, however long that takes: there is never a second one beside it.
            if (_snapshot is null || (_snapshot.IsCompleted && time.GetElapsedTime(_takenAt) >= EndpointLimits.SnapshotInterval))
            {
                _takenAt = time.GetTimestamp();
                Taken++;
                _snapshot = Task.Run(TakeAsync, CancellationToken.None);
            }

            snapshot = _snapshot;
        }

        return snapshot.WaitAsync(cancellationToken);
    }

    private async Task<byte[]> TakeAsync()
    {
        using Deadline deadline = new(EndpointLimits.SnapshotTimeout, time);
        return JsonSerializer.SerializeToUtf8Bytes(await take(deadline.Token).ConfigureAwait(false), DashboardJson.Default.DashboardSnapshot);
    }
}
