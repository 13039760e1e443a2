using System.Net;
using System.Net.Sockets;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Discovery;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>Host names of boot nodes and static peers whose look-up fails or hangs (issue 9): the other nodes are found, and the stop does not wait.</summary>
[Trait("Row", "32")]
public sealed class NameFaultTests
{
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<IPAddress[]> _never = new();

    /// <summary>What a look-up does.</summary>
    public enum LookUp
    {
        Fails,
        Throws,
        HasNothing,
        IsCancelled,
    }

    [Theory]
    [InlineData(LookUp.Fails)]
    [InlineData(LookUp.Throws)]
    [InlineData(LookUp.HasNothing)]
    [InlineData(LookUp.IsCancelled)]
    public async Task A_boot_node_whose_name_leads_nowhere_takes_no_other_along(LookUp lookUp)
    {
        await using DriverFixture fixture = new(s => s with
        {
            BootNodes = new BootNodes([new BootNode(Named(1, "bad.test")), new BootNode(Named(2, "good.test"))]),
            Resolver = (host, _, _) => host == "good.test" ? Task.FromResult(new[] { IPAddress.Parse("52.7.7.7") }) : AnswerAsync(lookUp),
        });
        fixture.Network.Answer = (_, _) => Task.FromResult(TestRecords.Of(2));
        await fixture.StartAsync(); // Which waits for the lookup at the end of the bootstrap.

        Assert.Equal([TestRecords.Of(2).NodeId], fixture.Network.Table.Keys);
        Discv5Exception e = await Assert.ThrowsAsync<Discv5Exception>(() => fixture.Handler.RequestEnrAsync(Named(1, "bad.test")));
        Assert.Equal(Discv5Error.NoAddress, e.Error);
        await Until.TrueAsync(() => fixture.Driver.LookUpsNow == 0);
    }

    [Fact]
    public async Task A_look_up_that_hangs_is_given_up_after_10_seconds_and_not_begun_again_meanwhile()
    {
        int asked = 0;
        await using DriverFixture fixture = new(s => s with
        {
            BootNodes = new BootNodes([new BootNode(Named(1, "hangs.test"))]),
            Resolver = (_, _, _) =>
            {
                Interlocked.Increment(ref asked);
                return _never.Task;
            },
        });
        Discv5Handler handler = await fixture.Driver.StartAsync();
        await Until.TrueAsync(() => fixture.Time.HasTimerIn(LookUpTimeout));
        Task<Enr> request = handler.RequestEnrAsync(Named(1, "HANGS.test"));
        fixture.Time.Advance(LookUpTimeout - TimeSpan.FromTicks(1));
        Assert.False(request.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Discv5Error.Timeout, (await Assert.ThrowsAsync<Discv5Exception>(() => request.WaitAsync(DriverNode.Patience))).Error);

        // The table stays empty: the boot node is asked for again and again.
        for (int round = 0; round < 5; round++)
        {
            await Until.TrueAsync(() => fixture.Network.CountOf("lookup") > round);
            fixture.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal((1, 1), (Volatile.Read(ref asked), fixture.Driver.LookUpsNow));
        _never.SetResult([IPAddress.Parse("52.7.7.7")]);
        await Until.TrueAsync(() => fixture.Driver.LookUpsNow == 0);
        fixture.Network.Answer = (_, _) => Task.FromResult(TestRecords.Of(1));
        Assert.Equal(TestRecords.Of(1), await handler.RequestEnrAsync(Named(1, "hangs.test")));
    }

    [Fact]
    public async Task The_end_of_discovery_does_not_wait_for_a_look_up_and_its_callers_are_told()
    {
        DriverFixture fixture = new(s => s with
        {
            BootNodes = new BootNodes([new BootNode(Named(1, "hangs.test"))]),
            Resolver = (_, _, _) => _never.Task,
        });
        Discv5Handler handler = await fixture.Driver.StartAsync();
        Task<Enr> request = handler.RequestEnrAsync(Named(1, "hangs.test"));
        await Until.TrueAsync(() => fixture.Driver.LookUpsNow == 1);
        await fixture.DisposeAsync().AsTask().WaitAsync(DriverNode.Patience);
        Assert.Equal(Discv5Error.Stopped, (await Assert.ThrowsAsync<Discv5Exception>(() => request.WaitAsync(DriverNode.Patience))).Error);
        Assert.Equal(Discv5Error.Stopped, (await Assert.ThrowsAsync<Discv5Exception>(() => handler.RequestEnrAsync(Named(1, "other.test")))).Error);
    }

    [Fact]
    public async Task A_network_all_of_whose_names_hang_starts_carries_blocks_and_stops()
    {
        using FakeSigner signer = new();
        using KeyPair nobody = KeyPair.GenerateEd25519();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(config => config with { Signer = signer });
        int asked = 0;
        TestNetwork us = await TestNetwork.StartAsync(
            config => config with
            {
                BootNodes = new BootNodes([new BootNode(Named(1, "hangs.test")), new BootNode(sequencer.Enr)]),
                StaticPeers = [Multiaddr.Parse($"/dns4/hangs.test/tcp/1/p2p/{nobody.PeerId}"), sequencer.Address],
                DirectPeers = [Multiaddr.Parse($"/dns/hangs.test/tcp/1/p2p/{nobody.PeerId}")],
            },
            builder => builder.WithNameResolver((_, _, _) =>
            {
                Interlocked.Increment(ref asked);
                return _never.Task;
            }));
        await us.MeshedAsync(sequencer);
        await sequencer.Handler.PublishAsync(DriverNode.Block(1));
        Assert.Equal(1UL, (await us.NextBlockAsync()).Payload.BlockNumber);
        await Until.TrueAsync(async () => await us.Handler.Discovery!.GetPeerCountAsync() == 1 && Volatile.Read(ref asked) >= 2);
        await us.DisposeAsync();
    }

    private static NodeRecord Named(int node, string host) => NodeRecord.Parse(
        NodeRecord.Create(TestRecords.Of(node).PublicKey, IPAddress.Parse("52.1.2.3"), 0, 30306).ToString().Replace("52.1.2.3", host, StringComparison.Ordinal));

    private static Task<IPAddress[]> AnswerAsync(LookUp lookUp) => lookUp switch
    {
        LookUp.Fails => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)),
        LookUp.Throws => throw new InvalidOperationException("of the test"),
        LookUp.HasNothing => Task.FromResult<IPAddress[]>([]),
        _ => Task.FromCanceled<IPAddress[]>(new CancellationToken(canceled: true)),
    };
}
