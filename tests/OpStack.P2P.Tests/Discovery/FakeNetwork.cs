using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;

namespace OpStack.P2P.Tests.Discovery;

/// <summary>A network that does what a test says and remembers what the driver asked of it.</summary>
internal sealed class FakeNetwork(Enr local) : IDiscv5Network
{
    private readonly Channel<Discv5Event> _events = Channel.CreateUnbounded<Discv5Event>();

    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentDictionary<NodeId, TableEntryInfo> Table { get; } = new();

    public ChannelWriter<Discv5Event> Raise => _events.Writer;

    /// <summary>What a lookup gives; the default is the table.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<Enr>>>? Lookup { get; set; }

    /// <summary>What nodes answer when asked for their record; the default is a timeout.</summary>
    public Func<NodeContact, CancellationToken, Task<Enr>> Answer { get; set; } =
        (contact, _) => throw new Discv5Exception(Discv5Error.Timeout, $"{contact.Address}: no answer");

    /// <summary>What a change of our record ends with.</summary>
    public Exception? ChangeFailure { get; set; }

    public Enr LocalEnr { get; private set; } = local;

    public IReadOnlyList<IPEndPoint> LocalEndPoints { get; set; } = [new IPEndPoint(IPAddress.Loopback, 30001)];

    public ChannelReader<Discv5Event> Events => _events.Reader;

    public Discv5Health Health { get; set; } = Discv5Health.Healthy;

    public int CountOf(string call) => Calls.Count(c => c.StartsWith(call, StringComparison.Ordinal));

    public void Put(Enr record) => Table[record.NodeId] = new TableEntryInfo(record, true, true, true);

    public Task StartAsync(CancellationToken cancellationToken) => Note("start");

    public Task<Enr> ChangeLocalEnrAsync(Action<EnrBuilder> change, bool? staticIp, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"change {staticIp}");
        if (ChangeFailure is not null)
        {
            return Task.FromException<Enr>(ChangeFailure);
        }

        using Primitives.Crypto.Secp256k1.Secp256k1PrivateKey key = Peers.TestRecords.Key(0);
        EnrBuilder builder = new(LocalEnr);
        change(builder);
        LocalEnr = builder.Build(key);
        return Task.FromResult(LocalEnr);
    }

    public Task<IReadOnlyList<Enr>> RandomLookupAsync(CancellationToken cancellationToken)
    {
        // The table is read before the call is noted: a test that has seen the note may change the table.
        try
        {
            return Lookup?.Invoke(cancellationToken) ?? Task.FromResult<IReadOnlyList<Enr>>([.. Table.Values.Select(e => e.Record)]);
        }
        finally
        {
            Calls.Enqueue("lookup");
        }
    }

    public Task<Enr> RequestEnrAsync(NodeContact contact, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"request {contact.Address.EndPoint}");
        return Answer(contact, cancellationToken);
    }

    public ValueTask AddEnrAsync(Enr record, CancellationToken cancellationToken)
    {
        Put(record);
        return new ValueTask(Note($"add {record.NodeId}"));
    }

    public ValueTask RemoveAsync(NodeId node, CancellationToken cancellationToken)
    {
        Table.TryRemove(node, out _);
        return new ValueTask(Note($"remove {node}"));
    }

    public ValueTask BanAsync(NodeId node, TimeSpan duration, CancellationToken cancellationToken) => new(Note($"ban {node} {duration}"));

    public ValueTask BanAsync(IPAddress address, TimeSpan duration, CancellationToken cancellationToken) => new(Note($"ban {address} {duration}"));

    public Task<IReadOnlyList<TableEntryInfo>> GetTableAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TableEntryInfo>>([.. Table.Values]);

    public Task<Discv5Metrics> GetMetricsAsync(CancellationToken cancellationToken) => Task.FromResult(new Discv5Metrics { TableNodes = Table.Count });

    public ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        return new ValueTask(Note("dispose"));
    }

    private Task Note(string call)
    {
        Calls.Enqueue(call);
        return Task.CompletedTask;
    }
}
