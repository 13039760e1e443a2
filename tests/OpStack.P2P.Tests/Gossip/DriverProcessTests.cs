using System.Diagnostics;
using System.Globalization;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;
using Xunit.Abstractions;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>What a peer costs a whole driver: connection, gossip streams, score, and what the peer store remembers of it.</summary>
public sealed class DriverProcessTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int InboundPeers = 64;
    private const int OutboundPeers = 30;
    private const int Peers = InboundPeers + OutboundPeers;
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(3);

    private readonly List<DriverNode> _peers = [];
    private Process? _child;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_peers.Select(peer => peer.DisposeAsync().AsTask()));
        _child?.StandardInput.Close();
        try
        {
            await (_child?.WaitForExitAsync() ?? Task.CompletedTask).WaitAsync(Guard);
        }
        finally
        {
            _child?.Kill();
            _child?.Dispose();
        }
    }

    [Fact]
    public async Task An_idle_peer_of_a_whole_driver_costs_at_most_64_KiB_of_heap_and_leaves_next_to_nothing()
    {
        Multiaddr address = await StartAsync();
        for (int i = 0; i < Peers; i++)
        {
            _peers.Add(await DriverNode.StartAsync());
        }

        // What the first connections load stays, and the store remembers a peer.
        await ConnectAllAsync(address);
        await CallAsync("close");
        Figures before = await MeasureUntilAsync(f => f is { Inbound: 0, Outbound: 0, Gossiping: 0 });
        await ConnectAllAsync(address);
        Figures idle = await MeasureUntilAsync(f => f is { Inbound: InboundPeers, Outbound: OutboundPeers, Gossiping: Peers });
        await CallAsync("close");
        Figures after = await MeasureUntilAsync(f => f is { Inbound: 0, Outbound: 0, Gossiping: 0 });

        double each = (idle.Heap - before.Heap) / (double)Peers;
        output.WriteLine($"{each / 1024:F1} KiB of heap per idle peer; before {before}; {idle}; after {after}");
        Assert.InRange(each, 0, 64 * 1024);
        Assert.InRange(after.Heap - before.Heap, long.MinValue, 1 << 20);
    }

    private async Task<Multiaddr> StartAsync()
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(DriverChild).Assembly.Location);
        start.ArgumentList.Add(DriverChild.Name);
        _child = Process.Start(start)!;
        return Multiaddr.Parse(await ReadAsync());
    }

    private async Task ConnectAllAsync(Multiaddr address)
    {
        foreach (DriverNode peer in _peers[..InboundPeers])
        {
            await peer.Driver.DialAsync(address).AsTask().WaitAsync(Guard);
        }

        foreach (DriverNode peer in _peers[InboundPeers..])
        {
            Assert.Equal("ok", await CallAsync(peer.Address.ToString()));
        }

        await Until.TrueAsync(() => _peers.TrueForAll(peer => peer.Driver.GetIdentifyInfo(address.PeerId!) is not null), Guard);
        await MeasureUntilAsync(f => f is { Inbound: InboundPeers, Outbound: OutboundPeers, Gossiping: Peers });
    }

    private async Task<Figures> MeasureUntilAsync(Func<Figures, bool> fits)
    {
        Figures figures = new(0, 0, 0, 0, 0);
        await Until.TrueAsync(
            async () =>
            {
                long[] f = [.. (await CallAsync("measure")).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
                figures = new Figures(f[0], f[1], f[2], f[3], f[4]);
                return fits(figures);
            },
            Guard);
        return figures;
    }

    private async Task<string> CallAsync(string command)
    {
        await _child!.StandardInput.WriteLineAsync(command);
        return await ReadAsync();
    }

    private async Task<string> ReadAsync() =>
        await _child!.StandardOutput.ReadLineAsync().WaitAsync(Guard) ?? throw new InvalidOperationException("The child has ended.");

    private sealed record Figures(long Inbound, long Outbound, long Gossiping, long Heap, long ResidentSet);
}
