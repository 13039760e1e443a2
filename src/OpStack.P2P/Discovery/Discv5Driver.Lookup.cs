using System.Net;
using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;

namespace OpStack.P2P;

/// <summary>What takes time on the network, beside the loop: at most one lookup and one bootstrap at once.</summary>
public sealed partial class Discv5Driver
{
    private long _bootstrappedAt;

    /// <summary>What was stored goes back into the table, and to the host.</summary>
    private async ValueTask AddStoredAsync()
    {
        foreach (Enr record in _store.Records)
        {
            Take(record, answered: false);
            await _network.AddEnrAsync(record, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Signed records go into the table at once; enode URLs are asked for theirs, several at a time. Then the first lookup.
    /// </summary>
    private async Task BootstrapAsync()
    {
        await Task.Yield(); // Off the loop.
        _bootstrappedAt = _time.GetTimestamp();
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = DiscoveryLimits.ParallelBootRequests,
            CancellationToken = _stopping.Token,
        };

        // Records first: they take no time.
        IEnumerable<BootNode> nodes = _settings.BootNodes
            .Where(node => node.NodeId != _network.LocalEnr.NodeId)
            .OrderBy(node => node.Enr is null);
        await InBackgroundAsync(async () =>
        {
            await Parallel.ForEachAsync(nodes, parallel, AddBootNodeAsync).ConfigureAwait(false);
            await PostAsync(new DriverInput.LookupDue(), _stopping.Token).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async ValueTask AddBootNodeAsync(BootNode node, CancellationToken cancellationToken)
    {
        try
        {
            Enr record = node.Enr ?? await RequestEnrAsync(node.Enode!, cancellationToken).ConfigureAwait(false);
            await _network.AddEnrAsync(record, cancellationToken).ConfigureAwait(false);
            await PostAsync(new DriverInput.Found(record, Answered: node.Enr is null), cancellationToken).ConfigureAwait(false);
        }
        catch (Discv5Exception e)
        {
            _logger.BootNodeFailed(node.NodeId, e.Message);
        }
    }

    /// <summary>Asks a node for its record, looking its host name up first.</summary>
    internal async Task<Enr> RequestEnrAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        IPAddress? address = node.Address;
        if (address is null)
        {
            IPAddress[] found = await LookHostUpAsync(node.Host, cancellationToken).ConfigureAwait(false);
            address = Array.Find(found, CanReach)
                ?? throw new Discv5Exception(Discv5Error.NoAddress, $"{node.Host} has no address we can send to.");
        }

        return await _network.RequestEnrAsync(new NodeContact(node.PublicKey, new IPEndPoint(address, node.UdpPort)), cancellationToken)
            .ConfigureAwait(false);
    }

    private bool CanReach(IPAddress address) => _network.LocalEndPoints.Any(
        bound => bound.AddressFamily == address.AddressFamily || bound.Address.Equals(IPAddress.IPv6Any));

    private async Task LookupAsync()
    {
        await Task.Yield(); // Off the loop.
        Interlocked.Increment(ref _lookups);
        await InBackgroundAsync(async () =>
        {
            foreach (Enr record in await _network.RandomLookupAsync(_stopping.Token).ConfigureAwait(false))
            {
                await PostAsync(new DriverInput.Found(record, Answered: true), _stopping.Token).ConfigureAwait(false);
            }

            await BootstrapAgainIfAloneAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Boot nodes that were down when we began, or a network that was: an empty table cannot fill itself.</summary>
    private async Task BootstrapAgainIfAloneAsync()
    {
        if (_bootstrap.IsCompleted
            && _time.GetElapsedTime(_bootstrappedAt) >= DiscoveryLimits.BootstrapInterval
            && (await _network.GetTableAsync(_stopping.Token).ConfigureAwait(false)).Count == 0)
        {
            _bootstrap = BootstrapAsync();
        }
    }

    private async Task InBackgroundAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
            when (_stopping.IsCancellationRequested && e is OperationCanceledException or ChannelClosedException or Discv5Exception)
        {
            // The driver ends.
        }
        catch (Discv5Exception e)
        {
            _logger.LookupFailed(e.Message);
        }
        catch (Exception e)
        {
            _logger.StepFailed(e);
        }
    }
}
