using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>
/// Attack-cases.md row 50 for a whole node: its wall clock is set an hour forward and an hour back while it runs. Blocks are judged by it; connections,
/// meshes, discovery, bans, the peer store and blocks by number are not.
/// </summary>
[Trait("Row", "50")]
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Ban = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_by_an_hour_touches_the_timestamp_rule_only(int hours)
    {
        ShiftedTimeProvider clock = new(DateTimeOffset.UtcNow);
        ExecutionPayload[] chain = NetworkSyncTests.Chain(length: 3);
        using FakeSigner signer = new();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(
            config => config with { Signer = signer, PayloadSource = new NetworkSyncTests.ChainSource(chain) });
        await using TestNetwork us = await TestNetwork.StartAsync(
            config => config with { BootNodes = new BootNodes([new BootNode(sequencer.Enr)]), StaticPeers = [sequencer.Address] },
            builder => builder.WithTimeProvider(clock));
        await us.MeshedAsync(sequencer);
        us.Gossip.Gater.BanPeer(TestPeers.Of(7), Ban, "test");
        await Until.TrueAsync(async () => await us.Handler.Discovery!.GetPeerCountAsync() == 1);
        PeerId peer = sequencer.Gossip.LocalPeerId;
        ConnectionInfo connection = Assert.Single(us.Gossip.Connections);
        Enr record = us.Enr;
        NodeId known = (await us.Handler.Discovery!.GetTableEnrsAsync()).Single().NodeId;

        clock.Set(DateTimeOffset.UtcNow.AddHours(hours));
        await sequencer.Handler.PublishAsync(DriverNode.Block(1));
        await Until.TrueAsync(async () => (await us.Gossip.GetSnapshotAsync()).Counters.Rejected == 1);

        // A heartbeat, a lookup and a look at the peers come and go by the timers, which go on as they were.
        int lookups = (int)(await us.Handler.Discovery!.GetMetricsAsync()).Lookups;
        await Until.TrueAsync(async () => (await us.Handler.Discovery!.GetMetricsAsync()).Lookups > lookups + 1);
        Assert.Equal(connection.Id, Assert.Single(us.Gossip.Connections).Id);
        await us.MeshedAsync(sequencer);
        Assert.InRange(Assert.Single(us.Gossip.Gater.ListBans()).Remaining, Ban - TimeSpan.FromMinutes(5), Ban);
        Assert.Equal(known, (await us.Handler.Discovery!.GetTableEnrsAsync()).Single().NodeId);
        Assert.Equal((record, Discv5Health.Healthy), (us.Enr, us.Handler.Discovery!.Health));
        Assert.True(us.Gossip.PeerStore.Get(peer)!.IsConnected);
        Assert.NotEmpty(us.Gossip.PeerStore.Get(peer)!.Addresses);
        Assert.True(await us.Gossip.PingAsync(peer) >= TimeSpan.Zero);
        Assert.All(us.Handler.Parts, part => Assert.Equal(0, part.Faults));

        clock.Set(DateTimeOffset.UtcNow);
        await sequencer.Handler.PublishAsync(DriverNode.Block(2));
        Assert.Equal(2UL, (await us.NextBlockAsync()).Payload.BlockNumber);
        SyncRangeResult range = await us.Handler.Sync!
            .RequestRangeAsync(new SyncRange(chain[0].BlockNumber, chain[^1].BlockNumber, chain[^1].BlockHash), (_, _) => ValueTask.CompletedTask)
            .WaitAsync(DriverNode.Patience);
        Assert.Equal((SyncOutcome.Complete, 3UL), (range.Outcome, range.Delivered));
        Assert.Equal(connection.Id, Assert.Single(us.Gossip.Connections).Id);
    }
}
