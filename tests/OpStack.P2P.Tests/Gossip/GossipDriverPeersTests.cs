using System.Net.Sockets;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>Dialling and what a driver tells of its peers.</summary>
public sealed class GossipDriverPeersTests
{
    [Fact]
    public async Task A_peers_events_come_in_order_at_both_ends()
    {
        await using DriverNode server = await DriverNode.StartAsync();
        DriverNode client = await DriverNode.StartAsync();

        await client.Driver.DialAsync(server.Address);

        Assert.Equal([server.PeerId], client.Driver.ConnectedPeers);
        PeerConnected outbound = Assert.IsType<PeerConnected>(await client.NextAsync());
        Assert.Equal(new PeerConnected(server.PeerId, ConnectionDirection.Outbound, server.Driver.ListenAddresses[0]), outbound);
        PeerIdentified identified = Assert.IsType<PeerIdentified>(await client.NextAsync());
        Assert.Equal(server.PeerId, identified.Peer);
        Assert.Equal("opstack-p2p", identified.Info.AgentVersion);
        Assert.Contains("/meshsub/1.2.0", identified.Info.Protocols);
        Assert.Equal(identified.Info, client.Driver.GetIdentifyInfo(server.PeerId));

        PeerConnected inbound = Assert.IsType<PeerConnected>(await server.NextAsync());
        Assert.Equal((client.PeerId, ConnectionDirection.Inbound), (inbound.Peer, inbound.Direction));
        Assert.Equal([client.PeerId], server.Driver.ConnectedPeers);
        Assert.Equal(client.PeerId, Assert.IsType<PeerIdentified>(await server.NextAsync()).Peer);

        await client.DisposeAsync();

        Assert.Equal(client.PeerId, (await server.NextAsync<PeerDisconnected>()).Peer);
        Assert.Empty(server.Driver.ConnectedPeers);
        Assert.Empty(server.Driver.Connections);
        Assert.Null(server.Driver.GetIdentifyInfo(client.PeerId));
    }

    [Fact]
    public async Task Dial_tells_of_its_success_by_PeerConnected()
    {
        await using DriverNode server = await DriverNode.StartAsync();
        await using DriverNode client = await DriverNode.StartAsync();

        client.Driver.Dial(server.Address);

        Assert.Equal(server.PeerId, Assert.IsType<PeerConnected>(await client.NextAsync()).Peer);
        Assert.True(await client.Driver.PingAsync(server.PeerId) > TimeSpan.Zero);
    }

    [Fact]
    public async Task DisconnectAsync_ends_the_connection_at_both_ends_and_it_can_be_dialled_again()
    {
        await using DriverNode server = await DriverNode.StartAsync();
        await using DriverNode client = await DriverNode.StartAsync();
        await client.ConnectAsync(server);

        await client.Driver.DisconnectAsync(server.PeerId);

        Assert.Empty(client.Driver.ConnectedPeers);
        await server.NextAsync<PeerDisconnected>();
        await client.Driver.DialAsync(server.Address);
        Assert.Equal(client.PeerId, (await server.NextAsync<PeerConnected>()).Peer);
    }

    [Fact]
    public async Task A_dial_that_fails_is_told_both_ways()
    {
        await using DriverNode server = await DriverNode.StartAsync();
        await using DriverNode client = await DriverNode.StartAsync();
        using KeyPair nobody = KeyPair.GenerateSecp256k1();
        (Multiaddr Address, Libp2pError Error)[] cases =
        [
            (UnusedAddress().WithPeerId(nobody.PeerId), Libp2pError.DialFailed),
            (server.Driver.ListenAddresses[0].WithPeerId(nobody.PeerId), Libp2pError.PeerIdMismatch),
            (Multiaddr.Parse("/ip4/127.0.0.1/udp/1/quic-v1").WithPeerId(nobody.PeerId), Libp2pError.DialFailed),
        ];
        foreach ((Multiaddr address, Libp2pError error) in cases)
        {
            // In this order: a dial in the background leaves an address that has just failed alone.
            client.Driver.Dial(address);
            DialFailed told = Assert.IsType<DialFailed>(await client.NextAsync());
            Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await client.Driver.DialAsync(address));
            Assert.Equal(error, e.Error);
            Assert.Equal(new DialFailed(address, e.Message), told);
        }

        Assert.Empty(client.Driver.ConnectedPeers);
    }

    [Fact]
    public async Task A_wrong_address_is_told_both_ways()
    {
        await using DriverNode node = await DriverNode.StartAsync();
        Multiaddr[] wrong = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), node.Address];
        foreach (Multiaddr address in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await node.Driver.DialAsync(address));
            node.Driver.Dial(address);
            Assert.Equal(address, Assert.IsType<DialFailed>(await node.NextAsync()).Address);
        }

        Assert.Throws<ArgumentNullException>(() => node.Driver.Dial((Multiaddr)null!));
    }

    [Fact]
    public async Task Whatever_a_name_resolver_throws_is_a_DialFailed()
    {
        await using DriverNode node = await DriverNode.StartAsync(b => b.WithNameResolver((_, _, _) => throw new InvalidDataException("no such file")));
        using KeyPair nobody = KeyPair.GenerateSecp256k1();

        node.Driver.Dial(Multiaddr.Parse("/dns4/sequencer.example/tcp/9222").WithPeerId(nobody.PeerId));

        Assert.EndsWith("no such file", Assert.IsType<DialFailed>(await node.NextAsync()).Reason);
    }

    [Fact]
    public async Task A_name_is_dialled_by_what_it_resolves_to()
    {
        await using DriverNode server = await DriverNode.StartAsync();
        await using DriverNode client = await DriverNode.StartAsync(
            b => b.WithNameResolver((host, _, _) => Task.FromResult<System.Net.IPAddress[]>(host == "sequencer.example" ? [System.Net.IPAddress.Loopback] : [])));
        Assert.True(server.Driver.ListenAddresses[0].TryGetTcpEndPoint(out System.Net.IPEndPoint? endPoint));

        await client.Driver.DialAsync(Multiaddr.Parse($"/dns4/sequencer.example/tcp/{endPoint.Port}").WithPeerId(server.PeerId));

        Assert.Equal([server.PeerId], client.Driver.ConnectedPeers);
    }

    [Fact]
    public async Task A_dial_under_way_ends_with_the_driver()
    {
        TaskCompletionSource resolving = new();
        DriverNode node = await DriverNode.StartAsync(b => b.WithNameResolver(async (_, _, cancellationToken) =>
        {
            resolving.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return [];
        }));
        using KeyPair nobody = KeyPair.GenerateSecp256k1();
        node.Driver.Dial(Multiaddr.Parse("/dns4/sequencer.example/tcp/9222").WithPeerId(nobody.PeerId));
        await resolving.Task.WaitAsync(DriverNode.Patience);

        await node.DisposeAsync();

        Assert.All(await node.DrainAsync(), e => Assert.IsType<DialFailed>(e));
        node.Driver.Dial(Multiaddr.Parse("/dns4/sequencer.example/tcp/9222").WithPeerId(nobody.PeerId));
        Assert.Null(await node.NextAsync());
    }

    private static Multiaddr UnusedAddress()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return Multiaddr.FromTcpEndPoint((System.Net.IPEndPoint)socket.LocalEndPoint!);
    }
}
