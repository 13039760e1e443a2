using System.Net;
using System.Net.Sockets;
using OpStack.Discv5;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using Xunit.Abstractions;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>Attack-cases.md row 60: starts and stops that meet each other anywhere. After each the ports can be bound at once, and no socket is left.</summary>
[Collection(ProcessCountsCollection.Name)]
[Trait("Row", "60")]
public sealed class StartAndStopTests(ITestOutputHelper output)
{
    /// <summary>What happens in the middle of a start.</summary>
    public enum Event
    {
        Disposal,
        Cancellation,
    }

    [Theory]
    [InlineData(Event.Disposal)]
    [InlineData(Event.Cancellation)]
    public async Task Whenever_a_start_is_interrupted_it_ends_and_so_does_the_network(Event what)
    {
        NetworkConfig config = Config();
        int steps = await StartAsync(config, what, at: 0), sockets = ProcessCounts.Sockets();
        List<WeakReference> networks = [];
        Dictionary<string, int> outcomes = [];
        for (int at = 1; at <= steps; at++)
        {
            (WeakReference network, string outcome) = await InterruptAsync(config, what, at);
            networks.Add(network);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine($"{steps} uses of the clock; {string.Join(", ", outcomes.Select(o => $"{o.Value} {o.Key}"))}");
        Assert.InRange(steps, 10, 1_000);
        await Until.TrueAsync(() => ProcessCounts.Sockets() <= sockets);
        await Until.TrueAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return networks.All(network => !network.IsAlive);
        });
    }

    [Fact]
    public async Task Many_starts_and_stops_at_once_are_one_of_each()
    {
        NetworkConfig config = Config();
        for (int round = 0; round < 10; round++)
        {
            Network network = Network.Builder(config).Build();
            Task<NetworkHandler>[] starts = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => network.StartAsync()))];
            NetworkHandler[] handlers = await Task.WhenAll(starts).WaitAsync(DriverNode.Patience);
            Assert.Single(handlers.Distinct());
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await network.DisposeAsync()))).WaitAsync(DriverNode.Patience);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => network.StartAsync());
            AssertFree(config);
        }
    }

    /// <summary>Apart, so that nothing of this method keeps the network.</summary>
    private static async Task<(WeakReference Network, string Outcome)> InterruptAsync(NetworkConfig config, Event what, int at)
    {
        using CancellationTokenSource cancel = new();
        Network? network = null;
        Task disposal = Task.CompletedTask;
        CountingTimeProvider time = new(use =>
        {
            if (use == at && network is not null)
            {
                if (what == Event.Disposal)
                {
                    disposal = network.DisposeAsync().AsTask();
                }
                else
                {
                    cancel.Cancel();
                }
            }
        });
        network = Network.Builder(config).WithTimeProvider(time).Build();
        string outcome = "came through";
        try
        {
            await network.StartAsync(cancel.Token).WaitAsync(DriverNode.Patience);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or Discv5Exception { Error: Discv5Error.Stopped })
        {
            outcome = e.GetType().Name;
        }

        await disposal.WaitAsync(DriverNode.Patience);
        await network.DisposeAsync().AsTask().WaitAsync(DriverNode.Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => network.StartAsync());
        AssertFree(config);
        return (new WeakReference(network), outcome);
    }

    /// <summary>How often a whole start uses the clock.</summary>
    private static async Task<int> StartAsync(NetworkConfig config, Event what, int at)
    {
        await InterruptAsync(config, what, at);
        CountingTimeProvider time = new(_ => { });
        await using Network network = Network.Builder(config).WithTimeProvider(time).Build();
        await network.StartAsync();
        return time.Uses;
    }

    private static NetworkConfig Config() => TestNetwork.Config with
    {
        ListenTcpPort = FreePort(SocketType.Stream, ProtocolType.Tcp),
        ListenUdpPort = FreePort(SocketType.Dgram, ProtocolType.Udp),
    };

    private static void AssertFree(NetworkConfig config)
    {
        using Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, config.ListenTcpPort));
        udp.Bind(new IPEndPoint(IPAddress.Loopback, config.ListenUdpPort!.Value));
    }

    private static int FreePort(SocketType type, ProtocolType protocol)
    {
        using Socket socket = new(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
