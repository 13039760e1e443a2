using System.Net;
using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Discovery;

/// <summary>The service as the driver sees it. It owns the service.</summary>
internal sealed class Discv5Network(Discv5Service service) : IDiscv5Network
{
    public Enr LocalEnr => service.LocalEnr;

    public IReadOnlyList<IPEndPoint> LocalEndPoints => service.LocalEndPoints;

    public ChannelReader<Discv5Event> Events => service.Events;

    public Discv5Health Health => service.Health;

    public Task StartAsync(CancellationToken cancellationToken) => service.StartAsync(cancellationToken);

    public Task<Enr> ChangeLocalEnrAsync(Action<EnrBuilder> change, bool? staticIp, CancellationToken cancellationToken) =>
        service.ChangeLocalEnrAsync(change, staticIp, cancellationToken);

    public Task<IReadOnlyList<Enr>> RandomLookupAsync(CancellationToken cancellationToken) => service.RandomLookupAsync(cancellationToken);

    public Task<Enr> RequestEnrAsync(NodeContact contact, CancellationToken cancellationToken) =>
        service.RequestEnrAsync(contact, cancellationToken);

    public ValueTask AddEnrAsync(Enr record, CancellationToken cancellationToken) => service.AddEnrAsync(record, cancellationToken);

    public ValueTask RemoveAsync(NodeId node, CancellationToken cancellationToken) => service.RemoveAsync(node, cancellationToken);

    public ValueTask BanAsync(NodeId node, TimeSpan duration, CancellationToken cancellationToken) =>
        service.BanAsync(node, duration, cancellationToken);

    public ValueTask BanAsync(IPAddress address, TimeSpan duration, CancellationToken cancellationToken) =>
        service.BanAsync(address, duration, cancellationToken);

    public Task<IReadOnlyList<TableEntryInfo>> GetTableAsync(CancellationToken cancellationToken) =>
        service.GetTableAsync(cancellationToken);

    public Task<Discv5Metrics> GetMetricsAsync(CancellationToken cancellationToken) => service.GetMetricsAsync(cancellationToken);

    public ValueTask DisposeAsync() => service.DisposeAsync();
}
