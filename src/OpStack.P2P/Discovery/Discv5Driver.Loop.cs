using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;

namespace OpStack.P2P;

/// <summary>The loop: everything that touches the boot store or the filter, one input at a time.</summary>
public sealed partial class Discv5Driver
{
    private long _forwarded;
    private long _dropped;
    private long _lookups;
    private long _evictions;
    private int _storedRecords;

    /// <summary>Tells the loop; waits while it has 1,024 inputs before it.</summary>
    internal ValueTask PostAsync(DriverInput input, CancellationToken cancellationToken) =>
        _inputs.Writer.WriteAsync(input, cancellationToken);

    internal DiscoveryMetrics MetricsWith(Discv5Metrics protocol) => new()
    {
        Protocol = protocol,
        Forwarded = Interlocked.Read(ref _forwarded),
        Dropped = Interlocked.Read(ref _dropped),
        Rejected = Enum.GetValues<EnrRejection>().Where(r => r != EnrRejection.None).ToDictionary(r => r, _filter.CountOf),
        Lookups = Interlocked.Read(ref _lookups),
        Evictions = Interlocked.Read(ref _evictions),
        StoredRecords = Volatile.Read(ref _storedRecords),
    };

    private async Task RunAsync()
    {
        await StepAsync(AddStoredAsync).ConfigureAwait(false);
        _bootstrap = BootstrapAsync();
        await foreach (DriverInput input in _inputs.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!_stopping.IsCancellationRequested)
            {
                await StepAsync(() => HandleAsync(input)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One step, whatever it throws: discovery must not end because of one record.</summary>
    private async Task StepAsync(Func<ValueTask> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or Discv5Exception)
        {
            // The way the driver ends.
        }
        catch (Exception e)
        {
            _logger.StepFailed(e);
        }
    }

    private async ValueTask HandleAsync(DriverInput input)
    {
        switch (input)
        {
            case DriverInput.LookupDue when _lookup.IsCompleted:
                _lookup = LookupAsync();
                break;
            case DriverInput.EvictionDue:
                await EvictAsync().ConfigureAwait(false);
                break;
            case DriverInput.StoreDue:
                await SaveAsync(_stopping.Token).ConfigureAwait(false);
                break;
            case DriverInput.Found found:
                Take(found.Record, found.Answered);
                break;
            case DriverInput.Ban ban:
                Apply(ban);
                break;
        }
    }

    /// <summary>Gives a record to the host if it is worth dialling.</summary>
    private void Take(Enr record, bool answered)
    {
        if (answered && _filter.IsStorable(record))
        {
            _store.Add(record);
        }

        EnrRejection rejection = _filter.Judge(record);
        if (rejection != EnrRejection.None)
        {
            _logger.Refused(record.NodeId, rejection);
        }
        else if (_settings.Forward)
        {
            Interlocked.Increment(ref _forwarded);
            _enrs.Writer.TryWrite(record);
        }
    }

    private async ValueTask EvictAsync()
    {
        IReadOnlyList<TableEntryInfo> table = await _network.GetTableAsync(_stopping.Token).ConfigureAwait(false);
        if (table.Count <= DiscoveryLimits.EvictionFloor)
        {
            return;
        }

        NodeId node = table[_random.Next(table.Count)].Record.NodeId;
        await _network.RemoveAsync(node, _stopping.Token).ConfigureAwait(false);
        Interlocked.Increment(ref _evictions);
        _logger.Evicted(node);
    }

    private void Apply(DriverInput.Ban ban)
    {
        foreach (NodeId node in ban.Nodes)
        {
            _filter.Ban(node, ban.Duration);
            _store.Remove(node);
        }

        foreach (System.Net.IPAddress address in ban.Addresses)
        {
            _filter.Ban(address, ban.Duration);
        }
    }

    /// <summary>Adds the table's nodes of our chain to the store, and saves it if anything is new.</summary>
    private async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        foreach (TableEntryInfo entry in await _network.GetTableAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.IsLive && _filter.IsStorable(entry.Record))
            {
                _store.Add(entry.Record);
            }
        }

        Volatile.Write(ref _storedRecords, _store.Count);
        if (_store.HasChanges)
        {
            _settings.StoreFile?.Save(_store);
        }

        _settings.StoreTime?.Record(_time.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>After the loop has ended, so that the store has one owner still.</summary>
    private async Task SaveLastAsync()
    {
        using CancellationTokenSource timeout = new(DiscoveryLimits.DisposeTimeout, _time);
        try
        {
            if (_start is { IsCompletedSuccessfully: true })
            {
                await SaveAsync(timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or Discv5Exception)
        {
            // The table cannot be seen any more; what the store has by itself is saved.
            _settings.StoreFile?.Save(_store);
        }
    }

    /// <summary>Hands the network's events to the loop. It ends with them, and costs nothing then.</summary>
    private async Task ReadEventsAsync()
    {
        try
        {
            await foreach (Discv5Event raised in _network.Events.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                DriverInput? input = raised switch
                {
                    Discv5Event.Discovered discovered => new DriverInput.Found(discovered.Record, Answered: false),
                    Discv5Event.SessionEstablished session => new DriverInput.Found(session.Record, Answered: true),
                    _ => null,
                };
                if (input is not null)
                {
                    await PostAsync(input, _stopping.Token).ConfigureAwait(false);
                }
            }

            _logger.NetworkEnded();
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // The driver ends.
        }
    }
}
