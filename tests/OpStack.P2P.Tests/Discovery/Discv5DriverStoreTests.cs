using System.Text.Json;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Discovery;

/// <summary>The boot store in the driver's hands.</summary>
public sealed class Discv5DriverStoreTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("discovery");
    private readonly string _path;

    public Discv5DriverStoreTests() => _path = Path.Combine(_directory.FullName, "901", "bootstore.json");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Stored_peers_go_into_the_table_and_to_the_host()
    {
        Enr[] stored = [TestRecords.Of(1), TestRecords.Of(2)];
        Write(stored);
        await using DriverFixture fixture = new(WithStore);
        await fixture.StartAsync();

        Assert.Equal(stored, new[] { await fixture.NextAsync(), await fixture.NextAsync() });
        Assert.Equal(stored.Select(r => r.NodeId).ToHashSet(), fixture.Network.Table.Keys.ToHashSet());
    }

    [Fact]
    public async Task Nodes_of_our_chain_that_answered_are_stored_every_interval_and_no_others()
    {
        await using DriverFixture fixture = new(WithStore);
        await fixture.StartAsync();
        fixture.Network.Put(TestRecords.Of(1));
        fixture.Network.Put(TestRecords.Of(2, chainId: 10));
        fixture.Network.Table[TestRecords.Of(3).NodeId] = new TableEntryInfo(TestRecords.Of(3), IsLive: false, IsConnected: false, IsOutbound: false);
        fixture.Network.Raise.TryWrite(new Discv5Event.SessionEstablished(TestRecords.Of(4), new System.Net.IPEndPoint(1, 1), true));
        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(TestRecords.Of(5)));
        Assert.Equal(TestRecords.Of(4), await fixture.NextAsync());
        Assert.Equal(TestRecords.Of(5), await fixture.NextAsync());
        Assert.False(File.Exists(_path));

        fixture.Network.Lookup = _ => Task.FromResult<IReadOnlyList<Enr>>([]);
        fixture.Time.Advance(DriverFixture.StoreInterval);
        await Until.TrueAsync(() => File.Exists(_path));
        Assert.Equal([TestRecords.Of(4), TestRecords.Of(1)], Read());
        Assert.Equal(2, (await fixture.Handler.GetMetricsAsync()).StoredRecords);
    }

    [Fact]
    public async Task The_last_save_is_at_disposal_with_the_newest_records()
    {
        Write(TestRecords.Of(1));
        await using (DriverFixture fixture = new(WithStore))
        {
            await fixture.StartAsync();
            fixture.Network.Put(TestRecords.Of(1, sequence: 2));
        }

        Assert.Equal([TestRecords.Of(1, sequence: 2)], Read());
    }

    [Fact]
    public async Task A_banned_node_is_forgotten()
    {
        Write(TestRecords.Of(1), TestRecords.Of(2));
        await using (DriverFixture fixture = new(WithStore))
        {
            await fixture.StartAsync();
            await fixture.Handler.BanAsync([TestRecords.Of(1).ToMultiaddr()!], TimeSpan.FromHours(1));
            await fixture.Handler.AddEnrAsync(TestRecords.Of(3, ip: "52.3.3.3"));
            Enr last;
            do
            {
                last = await fixture.NextAsync();
            }
            while (!last.Equals(TestRecords.Of(3, ip: "52.3.3.3")));
        }

        Assert.DoesNotContain(TestRecords.Of(1), Read());
    }

    [Fact]
    [Trait("Row", "58")]
    public async Task A_broken_store_does_not_keep_the_driver_from_its_boot_nodes()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, "[\"enr:");
        await using (DriverFixture fixture = new(s => WithStore(s) with { BootNodes = new BootNodes([new BootNode(TestRecords.Of(1))]) }))
        {
            await fixture.StartAsync();
            Assert.Equal(TestRecords.Of(1), await fixture.NextAsync());
        }

        Assert.Equal("[\"enr:", File.ReadAllText(_path + ".bad"));
        Assert.Equal([TestRecords.Of(1)], Read());
    }

    private P2P.Discovery.DiscoverySettings WithStore(P2P.Discovery.DiscoverySettings settings) =>
        settings with { StoreFile = new BootStoreFile(_path) };

    private void Write(params Enr[] records)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, JsonSerializer.Serialize(records.Select(r => r.ToString())));
    }

    private Enr[] Read() =>
        [.. JsonSerializer.Deserialize<string[]>(File.ReadAllText(_path))!.Select(t => Enr.TryParse(t, out Enr? r) ? r : throw new FormatException(t))];
}
