using System.Net;
using System.Net.Sockets;
using OpStack.Discv5;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Node;

/// <summary>Whole networks on loopback.</summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task Blocks_put_in_at_one_end_come_out_at_the_other_which_knew_a_boot_node_alone()
    {
        using FakeSigner signer = new();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(config => config with { Signer = signer });
        await using TestNetwork follower = await TestNetwork.StartAsync(sequencer.Enr);
        await sequencer.MeshedAsync(follower);

        OpNetworkPayloadEnvelope[] blocks = [.. Enumerable.Range(1, 5).Select(number => Unsigned((ulong)number))];
        foreach (OpNetworkPayloadEnvelope block in blocks)
        {
            await sequencer.Handler.Payloads.WriteAsync(block);
        }

        // Validated in parallel, they may overtake one another.
        List<Hash256> received = [];
        while (received.Count < blocks.Length)
        {
            OpNetworkPayloadEnvelope block = await follower.NextBlockAsync();
            Assert.True(block.TryRecoverSigner(DriverNode.ChainId, out Address by) && by == TestBlocks.Sequencer);
            received.Add(block.Payload.BlockHash);
        }

        Assert.Equal(blocks.Select(block => block.Payload.BlockHash).Order(), received.Order());
        Assert.Equal((5L, 0L), (sequencer.Handler.PublishedPayloads, sequencer.Handler.SkippedPayloads));
    }

    [Fact]
    public async Task One_key_is_both_identities_and_the_record_tells_the_ports_bound()
    {
        using Secp256k1PrivateKey key = TestBlocks.NewKey(7);
        await using TestNetwork network = await TestNetwork.StartAsync(config => config with { NodeKey = key });
        Assert.Equal(key.PublicKey.ToPeerId(), network.Gossip.LocalPeerId);
        Assert.Equal(NodeId.FromPublicKey(key.PublicKey), network.Enr.NodeId);
        Assert.True(network.Gossip.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? tcp));
        Assert.Equal(tcp, network.Enr.Tcp4);
        Assert.Equal(network.Handler.Discovery!.LocalEndPoints[0], network.Enr.Udp4);
        Assert.True(EnrValidation.Validate(network.Enr, DriverNode.ChainId).IsValid);
    }

    [Fact]
    public async Task Without_a_port_of_its_own_discovery_takes_the_number_of_libp2p()
    {
        await using TestNetwork network = await TestNetwork.StartAsync(config => config with { ListenUdpPort = null });
        Assert.Equal(network.Enr.Tcp4, network.Enr.Udp4);
    }

    [Fact]
    public async Task Advertised_ports_win_over_the_ones_bound()
    {
        await using TestNetwork network = await TestNetwork.StartAsync(config => config with { AdvertiseTcpPort = 4001, AdvertiseUdpPort = 4002 });
        Assert.Equal((4001, 4002), (network.Enr.Tcp4!.Port, network.Enr.Udp4!.Port));
    }

    [Fact]
    public async Task Gossip_runs_without_discovery_and_a_node_without_a_signer_publishes_nothing()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false });
        using FakeSigner signer = new();
        await using TestNetwork them = await TestNetwork.StartAsync(
            config => config with { Discovery = false, Signer = signer, StaticPeers = [us.Address] });
        Assert.Null(us.Handler.Discovery);
        Assert.Equal(PartState.Off, us.Part(NetworkPart.Discovery).State);
        await us.MeshedAsync(them);

        NetworkException refused = await Assert.ThrowsAsync<NetworkException>(() => us.Handler.PublishAsync(Unsigned(1)).AsTask());
        Assert.Equal(NetworkError.NoSigner, refused.Error);
        await them.Handler.PublishAsync(Unsigned(2));
        Assert.Equal(2UL, (await us.NextBlockAsync()).Payload.BlockNumber);
    }

    [Fact]
    public async Task A_failed_signing_skips_the_block_and_the_next_one_goes_on()
    {
        using FakeSigner signer = new();
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Signer = signer });
        await using TestNetwork them = await TestNetwork.StartAsync(us.Enr);
        await us.MeshedAsync(them);

        signer.Failure = new IOException("the signer is down");
        await us.Handler.Payloads.WriteAsync(Unsigned(1));
        await Until.TrueAsync(() => us.Handler.SkippedPayloads == 1);
        PartStatus failed = us.Part(NetworkPart.Signer);
        Assert.Equal((PartState.Failing, 1L, "the signer is down"), (failed.State, failed.Faults, failed.LastFault));

        signer.Failure = null;
        await us.Handler.Payloads.WriteAsync(Unsigned(2));
        Assert.Equal(2UL, (await them.NextBlockAsync()).Payload.BlockNumber);
        Assert.Equal(PartState.Running, us.Part(NetworkPart.Signer).State);
        Assert.Equal(1L, us.Handler.PublishedPayloads);
    }

    [Fact]
    public async Task What_every_peer_would_refuse_is_not_sent_and_stops_nothing()
    {
        using FakeSigner signer = new();
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Signer = signer });
        ExecutionPayload old = TestBlocks.Payload(PayloadVersion.V4);
        await us.Handler.Payloads.WriteAsync(TestBlocks.Envelope(old)); // Of 2025.
        await us.Handler.Payloads.WriteAsync(Unsigned(2));
        await Until.TrueAsync(() => us.Handler.PublishedPayloads == 1);
        Assert.Equal(1, us.Handler.SkippedPayloads);
        Assert.Equal(0, us.Part(NetworkPart.Signer).Faults);
    }

    [Fact]
    public async Task A_signer_that_is_not_the_chains_is_not_asked()
    {
        using FakeSigner signer = new();
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Signer = signer });
        await us.Handler.SignerUpdates.WriteAsync(DriverNode.AddressOf(8));
        await Until.TrueAsync(() => us.Gossip.UnsafeBlockSigner == DriverNode.AddressOf(8));
        await us.Handler.PublishAsync(Unsigned(1)); // It was replaced a moment ago, and its blocks are valid for three hours.
        Assert.Equal(1, signer.Calls);

        await us.Handler.SignerUpdates.WriteAsync(DriverNode.AddressOf(9));
        await Until.TrueAsync(() => us.Gossip.UnsafeBlockSigner == DriverNode.AddressOf(9));
        NetworkException refused = await Assert.ThrowsAsync<NetworkException>(() => us.Handler.PublishAsync(Unsigned(1)).AsTask());
        Assert.Equal((NetworkError.WrongSigner, 1), (refused.Error, signer.Calls));

        await us.Handler.SignerUpdates.WriteAsync(TestBlocks.Sequencer);
        await Until.TrueAsync(() => us.Gossip.UnsafeBlockSigner == TestBlocks.Sequencer);
        await us.Handler.PublishAsync(Unsigned(2));
    }

    [Fact]
    public async Task A_posted_payload_comes_out_if_its_hash_is_right()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false });
        OpNetworkPayloadEnvelope good = Unsigned(1);
        OpNetworkPayloadEnvelope bad = TestBlocks.Envelope(good.Payload with { GasUsed = 1 });
        NetworkException refused = await Assert.ThrowsAsync<NetworkException>(() => us.Handler.PostUnsafePayloadAsync(bad).AsTask());
        Assert.Equal(NetworkError.BadBlockHash, refused.Error);
        Assert.StartsWith($"payload has bad block hash: {good.Payload.BlockHash}, actual block hash is: 0x", refused.Message, StringComparison.Ordinal);

        await us.Handler.PostUnsafePayloadAsync(good);
        Assert.Same(good, await us.NextBlockAsync());
        await us.DisposeAsync();
        Assert.Equal(
            NetworkError.Stopped, (await Assert.ThrowsAsync<NetworkException>(() => us.Handler.PostUnsafePayloadAsync(good).AsTask())).Error);
        await us.Handler.UnsafeBlocks.Completion.WaitAsync(DriverNode.Patience);
    }

    [Fact]
    [Trait("Row", "61")]
    public async Task A_host_that_does_not_read_loses_the_oldest_blocks_of_gossip()
    {
        using FakeSigner signer = new();
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Signer = signer, Discovery = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false, StaticPeers = [us.Address] });
        await us.MeshedAsync(them);
        for (ulong number = 1; number <= 80; number++)
        {
            await us.Handler.PublishAsync(Unsigned(number));
            await Until.TrueAsync(async () => (await them.Gossip.GetSnapshotAsync()).Counters.Accepted == (long)number);
        }

        // One in the channel, one in hand, and the driver keeps 64.
        await Until.TrueAsync(() => them.Gossip.DroppedBlocks == 14);
        List<ulong> read = [];
        while (read.Count < 66)
        {
            read.Add((await them.NextBlockAsync()).Payload.BlockNumber);
        }

        Assert.Equal([1, 2, .. Enumerable.Range(17, 64).Select(number => (ulong)number)], read);
    }

    [Fact]
    public async Task A_port_that_is_taken_fails_the_start_and_leaves_the_other_port_free()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int udp = ((IPEndPoint)taken.LocalEndPoint!).Port, tcp;
        using (Socket free = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            tcp = ((IPEndPoint)free.LocalEndPoint!).Port;
        }

        await using (Network network = Network.Builder(TestNetwork.Config with { ListenTcpPort = tcp, ListenUdpPort = udp }).Build())
        {
            Discv5Exception failure = await Assert.ThrowsAsync<Discv5Exception>(() => network.StartAsync());
            Assert.Equal(Discv5Error.ListenFailed, failure.Error);
            Assert.Same(failure, await Assert.ThrowsAsync<Discv5Exception>(() => network.StartAsync()));
        }

        using Socket again = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.Bind(new IPEndPoint(IPAddress.Loopback, tcp));
    }

    [Fact]
    [Trait("Row", "60")]
    public async Task Disposal_needs_no_start_and_may_be_repeated()
    {
        Network network = Network.Builder(TestNetwork.Config).Build();
        await network.DisposeAsync();
        await network.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => network.StartAsync());
    }

    [Fact]
    [Trait("Row", "60")]
    public async Task A_cancelled_start_can_be_made_again()
    {
        await using Network network = Network.Builder(TestNetwork.Config).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => network.StartAsync(new CancellationToken(canceled: true)));
        NetworkHandler handler = await network.StartAsync();
        Assert.Same(handler, await network.StartAsync());
    }

    private static OpNetworkPayloadEnvelope Unsigned(ulong number) => DriverNode.Block(number).WithSignature(default);
}
