using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Interop.Tests;

/// <summary>One of our discovery services on loopback, and whom it has heard of.</summary>
internal sealed class Discv5OurNode : IAsyncDisposable
{
    private readonly Secp256k1PrivateKey _key;
    private readonly HashSet<NodeId> _known = [];

    private Discv5OurNode(Discv5Service service, Secp256k1PrivateKey key)
    {
        Service = service;
        _key = key;
    }

    public Discv5Service Service { get; }

    public Enr Enr => Service.LocalEnr;

    public static async Task<Discv5OurNode> StartAsync(ulong chainId)
    {
        Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        Enr record = new EnrBuilder(EnrBuilder.NextSequence(0, DateTimeOffset.UtcNow))
            .Set(OpStackEnr.Key, OpStackEnr.FromChainId(chainId).Encode())
            .SetIp(IPAddress.Loopback)
            .SetTcp(9222)
            .Build(key);
        Discv5Options options = new()
        {
            ListenAddresses = [new IPEndPoint(IPAddress.Loopback, 0)],
            StaticIp = true,
            RequestTimeout = TimeSpan.FromSeconds(5), // Ten foreign nodes share one thread, and all of them this machine.
        };
        Discv5Service service = new(key, record, options);
        await service.StartAsync();
        await service.ChangeLocalEnrAsync(b => b.SetUdp(service.LocalEndPoints[0].Port));
        return new Discv5OurNode(service, key);
    }

    /// <summary>Looks up one random id; whom that tells of is known from then on.</summary>
    public async Task LookupAsync() => _known.UnionWith((await Service.RandomLookupAsync()).Select(r => r.NodeId));

    /// <summary>All it has heard of: by lookup, or in its table.</summary>
    public async Task<IReadOnlySet<NodeId>> KnownAsync()
    {
        while (Service.Events.TryRead(out Discv5Event? raised))
        {
            if (raised is Discv5Event.Discovered discovered)
            {
                _known.Add(discovered.Record.NodeId);
            }
        }

        _known.UnionWith((await Service.GetTableEnrsAsync()).Select(r => r.NodeId));
        return _known;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _key.Dispose();
    }
}
