using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Discovery;

/// <summary>A driver on a fake network and a fake clock; node 0 is its own.</summary>
internal sealed class DriverFixture : IAsyncDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(60);

    private readonly Secp256k1PrivateKey _key = TestRecords.Key(0);

    public DriverFixture(Func<DiscoverySettings, DiscoverySettings>? change = null)
    {
        DiscoverySettings settings = new()
        {
            LocalNode = new LocalNode(_key, IPAddress.Parse("52.0.0.1"), 9222, 9222),
            ChainId = TestRecords.ChainId,
            Interval = Interval,
            RandomizeInterval = null,
            StoreInterval = StoreInterval,
            BootNodes = BootNodes.None,
            StoreFile = null,
            Forward = true,
            AllowPrivateAddresses = false,
            Resolver = (_, _, _) => throw new System.Net.Sockets.SocketException(11001),
        };
        settings = change?.Invoke(settings) ?? settings;
        Network = new FakeNetwork(LocalRecord.Create(settings.LocalNode, settings.ChainId, Time));
        Driver = new Discv5Driver(settings, Network, Time, new Random(1), NullLogger.Instance);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeNetwork Network { get; }

    public Discv5Driver Driver { get; }

    public Discv5Handler Handler { get; private set; } = null!;

    /// <summary>Starts, and waits for the lookup that ends the bootstrap.</summary>
    public async Task StartAsync()
    {
        Handler = await Driver.StartAsync();
        await Until.TrueAsync(() => Network.CountOf("lookup") >= 1);
    }

    /// <summary>The next record that the host gets.</summary>
    public async Task<Enr> NextAsync()
    {
        using CancellationTokenSource guard = new(TimeSpan.FromSeconds(60));
        return await Handler.Enrs.ReadAsync(guard.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        _key.Dispose();
    }
}
