using System.Net;
using System.Text.Json.Nodes;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Benchmarks.Children;

/// <summary>Discovery nodes on loopback that know one boot node and look up random ids, one after the other, until each has heard of all. js/discovery.mjs is the same.</summary>
internal sealed class DiscoveryNodes : IChildNodes
{
    /// <inheritdoc/>
    public async ValueTask<JsonNode?> CallAsync(string command, JsonNode options) => command switch
    {
        "meet" => await MeetAsync((int)options["count"]!).ConfigureAwait(false),
        _ => throw new ArgumentException(command, nameof(command)),
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>For each node the nanoseconds until it had heard of all others.</summary>
    private static async Task<JsonNode> MeetAsync(int count)
    {
        List<(Discv5Service Service, Secp256k1PrivateKey Key)> nodes = [];
        try
        {
            for (int node = 0; node < count; node++)
            {
                nodes.Add(await StartAsync().ConfigureAwait(false));
            }

            long begin = Child.Now;
            Enr boot = nodes[0].Service.LocalEnr;
            long[] times = await Task.WhenAll(nodes.Select(node => Task.Run(() => MeetAllAsync(node.Service, boot, count, begin)))).ConfigureAwait(false);
            return new JsonArray([.. times.Select(time => JsonValue.Create(time))]);
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.Service.DisposeAsync().AsTask())).ConfigureAwait(false);
            nodes.ForEach(node => node.Key.Dispose());
        }
    }

    private static async Task<(Discv5Service Service, Secp256k1PrivateKey Key)> StartAsync()
    {
        Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        Enr record = new EnrBuilder(EnrBuilder.NextSequence(0, DateTimeOffset.UtcNow)).SetIp(IPAddress.Loopback).Build(key);
        Discv5Service service = new(key, record, new Discv5Options
        {
            ListenAddresses = [new IPEndPoint(IPAddress.Loopback, 0)],
            StaticIp = true,
            RequestTimeout = TimeSpan.FromSeconds(5), // As the other side's.
        });
        await service.StartAsync().ConfigureAwait(false);
        await service.ChangeLocalEnrAsync(b => b.SetUdp(service.LocalEndPoints[0].Port)).ConfigureAwait(false);
        return (service, key);
    }

    private static async Task<long> MeetAllAsync(Discv5Service service, Enr boot, int count, long begin)
    {
        if (boot.NodeId != service.LocalEnr.NodeId)
        {
            await service.AddEnrAsync(boot).ConfigureAwait(false);
        }

        using CancellationTokenSource met = new();
        Task lookups = LookUpAsync(service, met.Token);
        HashSet<NodeId> known = [];
        while (known.Count < count - 1)
        {
            if (await service.Events.ReadAsync().ConfigureAwait(false) is Discv5Event.Discovered { Record: { } record })
            {
                known.Add(record.NodeId);
            }
        }

        long took = Child.Now - begin;
        await met.CancelAsync().ConfigureAwait(false);
        await lookups.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return took;
    }

    private static async Task LookUpAsync(Discv5Service service, CancellationToken met)
    {
        while (!met.IsCancellationRequested)
        {
            if ((await service.RandomLookupAsync(met).ConfigureAwait(false)).Count == 0)
            {
                await Task.Delay(10, met).ConfigureAwait(false); // The boot node knows nobody yet.
            }
        }
    }
}
