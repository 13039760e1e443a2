using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Tests.Nat;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using Xunit.Abstractions;

namespace OpStack.P2P.Tests.Node;

/// <summary>Starting and stopping again and again, with a peer that goes on publishing to us.</summary>
[Collection(ProcessCountsCollection.Name)]
[Trait("Row", "60")]
public sealed class NetworkRestartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Two_hundred_restarts_under_load_rebind_the_ports_and_leave_no_task_and_no_handle()
    {
        using FakeSigner signer = new();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(config => config with { Signer = signer, Discovery = false });
        using CancellationTokenSource enough = new();
        Task load = PublishAsync(sequencer, enough.Token);
        using FakeGateway gateway = new(TimeProvider.System);
        NetworkConfig config = TestNetwork.Config with
        {
            Nat = true,
            ListenTcpPort = FreePort(SocketType.Stream, ProtocolType.Tcp),
            ListenUdpPort = FreePort(SocketType.Dgram, ProtocolType.Udp),
            StaticPeers = [sequencer.Address],
        };

        await RestartAsync(config, gateway); // What the first one sets up for good.
        int sockets = ProcessCounts.Sockets();
        List<WeakReference> networks = [];
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 0; i < 200; i++)
        {
            (WeakReference network, TimeSpan stop) = await RestartAsync(config, gateway);
            networks.Add(network);
            longest = stop > longest ? stop : longest;
        }

        output.WriteLine($"longest stop {longest.TotalMilliseconds:F0} ms");
        await enough.CancelAsync();
        await load;
        await Until.TrueAsync(() => ProcessCounts.Sockets() <= sockets);

        Assert.True(gateway.MapRequests > 0);

        // A task, a timer or a socket that was left would hold its network.
        await Until.TrueAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return networks.All(network => !network.IsAlive);
        });
    }

    private static async Task<(WeakReference Network, TimeSpan Stop)> RestartAsync(NetworkConfig config, FakeGateway gateway)
    {
        Network network = Network.Builder(config)
            .WithPortMapper((ports, options) => new PortMapper(ports, options, timeProvider: null, loggerFactory: null, () => gateway.Location))
            .Build();
        NetworkHandler handler = await network.StartAsync().WaitAsync(DriverNode.Patience);
        OpNetworkPayloadEnvelope block = await handler.UnsafeBlocks.ReadAsync().AsTask().WaitAsync(DriverNode.Patience);
        Assert.True(block.Payload.BlockNumber > 0);
        long began = Stopwatch.GetTimestamp();
        await network.DisposeAsync().AsTask().WaitAsync(DriverNode.Patience);
        return (new WeakReference(network), Stopwatch.GetElapsedTime(began));
    }

    private static async Task PublishAsync(TestNetwork sequencer, CancellationToken enough)
    {
        for (ulong number = 1; !enough.IsCancellationRequested; number++)
        {
            await sequencer.Handler.PublishAsync(DriverNode.Block(number, size: 20_000), CancellationToken.None);
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static int FreePort(SocketType type, ProtocolType protocol)
    {
        using Socket socket = new(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
