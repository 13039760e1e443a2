using System.Net;
using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Discovery;

/// <summary>What the driver needs of <see cref="Discv5Service"/>, under its names and with its errors.</summary>
internal interface IDiscv5Network : IAsyncDisposable
{
    Enr LocalEnr { get; }

    IReadOnlyList<IPEndPoint> LocalEndPoints { get; }

    ChannelReader<Discv5Event> Events { get; }

    Discv5Health Health { get; }

    Task StartAsync(CancellationToken cancellationToken);

    Task<Enr> ChangeLocalEnrAsync(Action<EnrBuilder> change, bool? staticIp, CancellationToken cancellationToken);

    Task<IReadOnlyList<Enr>> RandomLookupAsync(CancellationToken cancellationToken);

    Task<Enr> RequestEnrAsync(NodeContact contact, CancellationToken cancellationToken);

    ValueTask AddEnrAsync(Enr record, CancellationToken cancellationToken);

    ValueTask RemoveAsync(NodeId node, CancellationToken cancellationToken);

    ValueTask BanAsync(NodeId node, TimeSpan duration, CancellationToken cancellationToken);

    ValueTask BanAsync(IPAddress address, TimeSpan duration, CancellationToken cancellationToken);

    Task<IReadOnlyList<TableEntryInfo>> GetTableAsync(CancellationToken cancellationToken);

    Task<Discv5Metrics> GetMetricsAsync(CancellationToken cancellationToken);
}
