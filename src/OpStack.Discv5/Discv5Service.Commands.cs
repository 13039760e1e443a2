using System.Diagnostics;
using System.Net;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;

namespace OpStack.Discv5;

/// <summary>What a host asks for. Every command waits for room in the loop's channel: callers slow down before memory grows.</summary>
public sealed partial class Discv5Service
{
    /// <summary>Asks a node whether it lives.</summary>
    /// <returns>The sequence number of its record, and our endpoint as it sees it.</returns>
    /// <exception cref="Discv5Exception">No answer, or none was asked for; see <see cref="Discv5Error"/>.</exception>
    public async Task<PingResult> PingAsync(NodeContact node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        RequestOutcome outcome = await CallAsync(caller => new ProtocolInput.Ping(node, caller), cancellationToken).ConfigureAwait(false);
        return outcome is RequestOutcome.Pong pong ? new PingResult(pong.EnrSequence, pong.Observed) : throw Failure(outcome, node.Address.ToString());
    }

    /// <summary>Asks a node for records of its table.</summary>
    /// <param name="node">Whom.</param>
    /// <param name="distances">Logarithmic distances from the node, 0 (its own record) to 256; 1 to 16 of them.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <returns>At most 16 records, all of a requested distance; those of the packets that came if not all did.</returns>
    /// <exception cref="ArgumentException">A distance is out of range, or there are none or too many.</exception>
    /// <exception cref="Discv5Exception">No answer, or an invalid one.</exception>
    public async Task<IReadOnlyList<Enr>> FindNodeAsync(NodeContact node, IReadOnlyList<int> distances, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(distances);
        if (distances.Count is 0 or > Discv5Limits.MaxFindNodeDistances || distances.Any(d => d is < 0 or > 256))
            throw new ArgumentException("1 to 16 distances of 0 to 256 are wanted.", nameof(distances));
        return await RecordsAsync(caller => new ProtocolInput.FindNode(node, [.. distances], caller), node.Address.ToString(), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Asks a node for its own record, as one does with a node known by an enode URL.</summary>
    /// <exception cref="Discv5Exception">No answer, or an invalid one.</exception>
    public async Task<Enr> RequestEnrAsync(NodeContact contact, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<Enr> records = await FindNodeAsync(contact, [0], cancellationToken).ConfigureAwait(false);
        return records.Count > 0
            ? records[0]
            : throw new Discv5Exception(Discv5Error.InvalidResponse, $"{contact.Address} answered without its record.");
    }

    /// <summary>Looks for the nodes closest to an id.</summary>
    /// <returns>Up to 16 nodes that answered, closest first; none when the table is empty.</returns>
    /// <exception cref="Discv5Exception">Too many lookups run, or the service ends.</exception>
    public Task<IReadOnlyList<Enr>> LookupAsync(NodeId target, CancellationToken cancellationToken = default) =>
        RunLookupAsync(target, cancellationToken);

    /// <summary>Looks for the nodes closest to a random id, which is how the table and the host meet new ones.</summary>
    /// <exception cref="Discv5Exception">Too many lookups run, or the service ends.</exception>
    public Task<IReadOnlyList<Enr>> RandomLookupAsync(CancellationToken cancellationToken = default) =>
        RunLookupAsync(null, cancellationToken);

    /// <summary>Sends a request of another protocol (TALKREQ).</summary>
    /// <param name="node">Whom.</param>
    /// <param name="protocol">Name of the protocol; 1 to 64 bytes in UTF-8.</param>
    /// <param name="payload">At most 1,024 bytes.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <returns>The answer; empty when the peer does not speak the protocol.</returns>
    /// <exception cref="ArgumentException">Name or payload too long.</exception>
    /// <exception cref="Discv5Exception">No answer.</exception>
    public async Task<ReadOnlyMemory<byte>> TalkAsync(
        NodeContact node, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        byte[] name = TalkName(protocol);
        if (payload.Length > Discv5Limits.MaxTalkPayload)
            throw new ArgumentException($"At most {Discv5Limits.MaxTalkPayload} bytes fit a request.", nameof(payload));
        RequestOutcome outcome = await CallAsync(caller => new ProtocolInput.Talk(node, name, payload.ToArray(), caller), cancellationToken)
            .ConfigureAwait(false);
        return outcome is RequestOutcome.Talk talk ? talk.Response : throw Failure(outcome, node.Address.ToString());
    }

    /// <summary>Offers a record, such as a boot node's, to the table.</summary>
    public ValueTask AddEnrAsync(Enr record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return PostAsync(new LoopItem { Input = new ProtocolInput.AddEnr(record) }, cancellationToken);
    }

    /// <summary>Takes a node out of the table. It may come back.</summary>
    public ValueTask RemoveAsync(NodeId node, CancellationToken cancellationToken = default) =>
        PostAsync(new LoopItem { Input = new ProtocolInput.RemoveNode(node) }, cancellationToken);

    /// <summary>Bans a node: nothing it sends is looked at, and it leaves the table.</summary>
    public ValueTask BanAsync(NodeId node, TimeSpan duration, CancellationToken cancellationToken = default) =>
        PostAsync(new LoopItem { Input = new ProtocolInput.Ban(node, null, duration) }, cancellationToken);

    /// <summary>Bans an IP address: nothing sent from it is looked at, and its nodes leave the table.</summary>
    public ValueTask BanAsync(IPAddress address, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return PostAsync(new LoopItem { Input = new ProtocolInput.Ban(null, address, duration) }, cancellationToken);
    }

    /// <summary>Lifts a ban of a node.</summary>
    public ValueTask UnbanAsync(NodeId node, CancellationToken cancellationToken = default) =>
        PostAsync(new LoopItem { Input = new ProtocolInput.Unban(node, null) }, cancellationToken);

    /// <summary>Lifts a ban of an address.</summary>
    public ValueTask UnbanAsync(IPAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return PostAsync(new LoopItem { Input = new ProtocolInput.Unban(null, address) }, cancellationToken);
    }

    /// <summary>
    /// Changes entries of our own record, on the loop. The record is signed anew with a higher sequence number if anything changed, and connected
    /// peers are pinged so that they ask for it.
    /// </summary>
    /// <returns>The record after the change.</returns>
    public Task<Enr> ChangeLocalEnrAsync(Action<EnrBuilder> change, CancellationToken cancellationToken = default) =>
        ChangeLocalEnrAsync(change, staticIp: null, cancellationToken);

    /// <summary>
    /// The same for a host that learns at run time where it is reached, from a NAT gateway say: <paramref name="staticIp"/> takes the place of
    /// <see cref="Discv5Options.StaticIp"/> from now on, null leaves it as it is.
    /// </summary>
    /// <returns>The record after the change.</returns>
    public async Task<Enr> ChangeLocalEnrAsync(Action<EnrBuilder> change, bool? staticIp, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        await PostAsync(new LoopItem { Input = new ProtocolInput.ChangeLocalEnr(change, staticIp) }, cancellationToken).ConfigureAwait(false);
        return await ReadCoreAsync(core => core.LocalEnr, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The records of the routing table.</summary>
    public async Task<IReadOnlyList<Enr>> GetTableEnrsAsync(CancellationToken cancellationToken = default) =>
        [.. (await GetTableAsync(cancellationToken).ConfigureAwait(false)).Select(entry => entry.Record)];

    /// <summary>The routing table with what is known of each node.</summary>
    public Task<IReadOnlyList<TableEntryInfo>> GetTableAsync(CancellationToken cancellationToken = default) =>
        ReadCoreAsync(core => core.SnapshotTable(), cancellationToken);

    /// <summary>Counters since the start, and sizes now.</summary>
    public Task<Discv5Metrics> GetMetricsAsync(CancellationToken cancellationToken = default) => ReadCoreAsync(
        core => core.SnapshotMetrics() with
        {
            DatagramsDropped = Interlocked.Read(ref _datagramsDropped),
            SendFailures = Interlocked.Read(ref _sendFailures),
            EventsDropped = Interlocked.Read(ref _eventsDropped),
            TalkRequestsDropped = Interlocked.Read(ref _talkRequestsDropped),
            TalkHandlerFaults = Interlocked.Read(ref _talkHandlerFaults),
            LoopFaults = Interlocked.Read(ref _faults),
        },
        cancellationToken);

    private async Task<IReadOnlyList<Enr>> RunLookupAsync(NodeId? target, CancellationToken cancellationToken)
    {
        using Activity? activity = Discv5Activity.StartLookup();
        try
        {
            return await RecordsAsync(caller => new ProtocolInput.Lookup(target, caller), "lookup", cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            activity?.Fail(e);
            throw;
        }
    }

    private async Task<IReadOnlyList<Enr>> RecordsAsync(Func<object, ProtocolInput> create, string whom, CancellationToken cancellationToken)
    {
        RequestOutcome outcome = await CallAsync(create, cancellationToken).ConfigureAwait(false);
        return outcome is RequestOutcome.Nodes nodes ? nodes.Records : throw Failure(outcome, whom);
    }

    private async Task<RequestOutcome> CallAsync(Func<object, ProtocolInput> create, CancellationToken cancellationToken)
    {
        TaskCompletionSource<RequestOutcome> caller = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new LoopItem { Input = create(caller), Caller = caller }, cancellationToken).ConfigureAwait(false);
        return await caller.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> ReadCoreAsync<T>(Func<Discv5Protocol, T> read, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Read(Discv5Protocol? core)
        {
            if (core is null)
                reader.TrySetException(new Discv5Exception(Discv5Error.Stopped, "The discovery service ended."));
            else
                reader.TrySetResult(read(core));
        }

        await PostAsync(new LoopItem { Read = Read }, cancellationToken).ConfigureAwait(false);
        return await reader.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask PostAsync(LoopItem item, CancellationToken cancellationToken)
    {
        try
        {
            await _items.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            throw new Discv5Exception(Discv5Error.Stopped, "The discovery service ended.");
        }
    }

    private static Discv5Exception Failure(RequestOutcome outcome, string whom)
    {
        Discv5Error error = outcome is RequestOutcome.Failed failed ? failed.Error : Discv5Error.InvalidResponse;
        return new Discv5Exception(error, $"{whom}: {error}");
    }
}
