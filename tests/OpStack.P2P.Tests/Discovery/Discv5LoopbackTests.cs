using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Discovery;

/// <summary>Real drivers over loopback UDP.</summary>
public sealed class Discv5LoopbackTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _drivers = [];
    private readonly List<Secp256k1PrivateKey> _keys = [];

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable driver in _drivers)
        {
            await driver.DisposeAsync();
        }

        _keys.ForEach(key => key.Dispose());
    }

    [Fact]
    public async Task Nodes_that_know_one_boot_node_find_each_other_and_no_other_chain_s()
    {
        Discv5Handler boot = await StartAsync(1);
        Discv5Handler foreign = await StartAsync(2, boot, chainId: 10);
        Discv5Handler[] ours = [await StartAsync(3, boot), await StartAsync(4, boot), await StartAsync(5, boot)];

        HashSet<Enr> all = [boot.LocalEnr, .. ours.Select(o => o.LocalEnr)];
        using CancellationTokenSource guard = new(TimeSpan.FromSeconds(120));
        foreach (Discv5Handler node in ours)
        {
            HashSet<Enr> found = [];
            while (found.Count < all.Count - 1)
            {
                found.Add(await node.Enrs.ReadAsync(guard.Token));
            }

            Assert.DoesNotContain(node.LocalEnr, found);
            Assert.DoesNotContain(foreign.LocalEnr, found);
            Assert.Subset(all, found);
        }
    }

    [Fact]
    public async Task A_banned_node_gets_no_answer_and_leaves_the_table()
    {
        Discv5Handler node = await StartAsync(1), other = await StartAsync(2, node);
        await Until.TrueAsync(async () => (await node.GetTableEnrsAsync()).Count == 1);
        NodeRecord enode = NodeRecord.Create(node.LocalEnr.PublicKey, IPAddress.Loopback, 0, (ushort)node.LocalEndPoints[0].Port);
        Assert.Equal(node.LocalEnr, await other.RequestEnrAsync(enode));

        await node.BanAsync([other.LocalEnr.ToMultiaddr()!], TimeSpan.FromHours(1));
        Assert.Empty(await node.GetTableEnrsAsync());
        Discv5Exception e = await Assert.ThrowsAsync<Discv5Exception>(() => other.RequestEnrAsync(enode));
        Assert.Equal(Discv5Error.Timeout, e.Error);
    }

    [Fact]
    public async Task A_port_in_use_is_a_typed_error()
    {
        Discv5Handler node = await StartAsync(1);
        Discv5Driver second = Builder(2).WithListenAddresses(node.LocalEndPoints[0]).Build();
        _drivers.Add(second);
        Discv5Exception e = await Assert.ThrowsAsync<Discv5Exception>(() => second.StartAsync());
        Assert.Equal(Discv5Error.ListenFailed, e.Error);
    }

    [Fact]
    public async Task The_port_the_system_chose_is_in_the_record()
    {
        Discv5Handler node = await StartAsync(1);
        Assert.Equal(node.LocalEndPoints[0], node.LocalEnr.Udp4);
        Assert.NotEqual(0, node.LocalEnr.Udp4!.Port);
        Assert.True(EnrValidation.Validate(node.LocalEnr, TestRecords.ChainId).IsValid);
    }

    private Discv5Builder Builder(int number, ulong chainId = TestRecords.ChainId)
    {
        Secp256k1PrivateKey key = TestRecords.Key(number);
        _keys.Add(key);
        return new Discv5Builder(new LocalNode(key, IPAddress.Loopback, 9222), chainId)
            .WithListenAddresses(new IPEndPoint(IPAddress.Loopback, 0))
            .WithInterval(TimeSpan.FromMilliseconds(200))
            .WithoutChainBootnodes();
    }

    private async Task<Discv5Handler> StartAsync(int number, Discv5Handler? boot = null, ulong chainId = TestRecords.ChainId)
    {
        Discv5Driver driver = Builder(number, chainId)
            .WithBootnodes(boot is null ? BootNodes.None : new BootNodes([new BootNode(boot.LocalEnr)]))
            .Build();
        _drivers.Add(driver);
        return await driver.StartAsync();
    }
}
