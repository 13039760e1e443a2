using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>Real swarms over loopback. Times are hang guards only.</summary>
public sealed class SwarmTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private static readonly Multiaddr Any = Multiaddr.Parse("/ip4/127.0.0.1/tcp/0");

    private readonly List<TestHost> _hosts = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (TestHost host in _hosts)
        {
            await host.Swarm.DisposeAsync().AsTask().WaitAsync(Guard);
            Assert.Empty(host.Swarm.ConnectedPeers);
            host.Key.Dispose();
        }
    }

    [Theory]
    [InlineData(KeyType.Secp256k1, KeyType.Secp256k1)]
    [InlineData(KeyType.Secp256k1, KeyType.Ed25519)]
    [InlineData(KeyType.Ed25519, KeyType.Secp256k1)]
    public async Task Two_hosts_connect_identify_and_ping(KeyType dialler, KeyType listener)
    {
        TestHost a = Create(dialler), b = Create(listener);
        await a.Swarm.DialAsync(b.Address);

        IdentifyInfo ofB = await a.Observer.IdentifiedAsync(b.Id), ofA = await b.Observer.IdentifiedAsync(a.Id);
        Assert.Equal("opstack-p2p", ofB.AgentVersion);
        Assert.Contains("/ipfs/ping/1.0.0", ofB.Protocols);
        Assert.Contains("/ipfs/id/push/1.0.0", ofA.Protocols);
        Assert.Equal(b.Swarm.ListenAddresses, ofB.ListenAddresses);
        Assert.Equal(a.Swarm.ListenAddresses, ofA.ListenAddresses);
        Assert.True(await a.Swarm.PingAsync(b.Id) > TimeSpan.Zero);
        Assert.True(await b.Swarm.PingAsync(a.Id) > TimeSpan.Zero);
        Assert.Equal(ConnectionDirection.Outbound, Assert.Single(a.Swarm.Connections).Direction);
        Assert.Equal(ConnectionDirection.Inbound, Assert.Single(b.Swarm.Connections).Direction);
    }

    [Fact]
    public async Task Streams_carry_bytes_both_ways_and_an_unknown_protocol_is_refused()
    {
        TestHost a = Create(), b = Create();
        b.Swarm.SetStreamHandler("/echo/1", async (stream, ct) =>
        {
            byte[] buffer = new byte[4096];
            int read;
            while ((read = await stream.Bytes.ReadAsync(buffer, ct)) > 0)
            {
                await stream.Bytes.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            await stream.Bytes.CloseWriteAsync(ct);
        });
        await a.Swarm.DialAsync(b.Address);

        ProtocolStream echo = await a.Swarm.OpenStreamAsync(b.Id, ["/nobody/1", "/echo/1"], CancellationToken.None);
        Assert.Equal("/echo/1", echo.Protocol);
        await using (echo.Bytes)
        {
            byte[] sent = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
            Task write = Task.Run(async () =>
            {
                await echo.Bytes.WriteAsync(sent, CancellationToken.None);
                await echo.Bytes.CloseWriteAsync(CancellationToken.None);
            });
            Assert.Equal(sent, await ReadToEndAsync(echo));
            await write;
        }

        Libp2pException refused = await Assert.ThrowsAsync<Libp2pException>(
            async () => await a.Swarm.OpenStreamAsync(b.Id, ["/nobody/1", "/nobody/2"], CancellationToken.None));
        Assert.Equal(Libp2pError.NegotiationFailed, refused.Error);
    }

    [Fact]
    public async Task Another_identity_than_the_dialled_one_is_refused()
    {
        TestHost a = Create(), b = Create(), c = Create();
        Multiaddr wrong = b.Swarm.ListenAddresses[0].WithPeerId(c.Id);

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await a.Swarm.DialAsync(wrong));

        Assert.Equal(Libp2pError.PeerIdMismatch, e.Error);
        Assert.Empty(a.Swarm.ConnectedPeers);
    }

    [Fact]
    public async Task Dialling_a_connected_peer_opens_nothing()
    {
        TestHost a = Create(), b = Create();
        await a.Swarm.DialAsync(b.Address);
        await a.Swarm.DialAsync(b.Address);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => a.Swarm.DialAsync(b.Address).AsTask()));

        Assert.Single(a.Swarm.Connections);
    }

    [Fact]
    public async Task Twenty_callers_share_one_dial()
    {
        TestHost a = Create(), b = Create();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => a.Swarm.DialAsync(b.Address).AsTask())).WaitAsync(Guard);

        Assert.Single(a.Swarm.Connections);
    }

    [Fact]
    public async Task Simultaneous_dials_end_in_one_connection_at_both_ends()
    {
        for (int i = 0; i < 20; i++)
        {
            TestHost a = Create(), b = Create();
            await Task.WhenAll(a.Swarm.DialAsync(b.Address).AsTask(), b.Swarm.DialAsync(a.Address).AsTask()).WaitAsync(Guard);
            await EventuallyAsync(() =>
                a.Swarm.Connections is [var atA] && b.Swarm.Connections is [var atB] && atA.Direction != atB.Direction);

            Assert.True(await a.Swarm.PingAsync(b.Id) > TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Disconnecting_is_told_once_at_both_ends()
    {
        TestHost a = Create(), b = Create();
        await a.Swarm.DialAsync(b.Address);
        await b.Observer.ConnectedAsync(a.Id);
        await a.Swarm.DisconnectAsync(b.Id);

        await EventuallyAsync(() => b.Swarm.ConnectedPeers.Count == 0);
        Assert.Empty(a.Swarm.ConnectedPeers);
        Assert.Equal([$"+{b.Id}", $"-{b.Id}"], a.Observer.Seen);
        Assert.Equal([$"+{a.Id}", $"-{a.Id}"], b.Observer.Seen);
        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await a.Swarm.PingAsync(b.Id));
        Assert.Equal(Libp2pError.NotConnected, e.Error);
    }

    [Fact]
    public async Task Names_are_resolved_by_family_and_every_address_is_tried()
    {
        NameResolver resolver = (host, family, _) => Task.FromResult(host == "node.test"
            ? [IPAddress.IPv6Loopback, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]
            : Array.Empty<IPAddress>());
        TestHost a = Create(resolver: resolver), b = Create();
        Assert.True(b.Swarm.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? bound));

        await a.Swarm.DialAsync(Multiaddr.Parse($"/dns4/node.test/tcp/{bound.Port}/p2p/{b.Id}"));
        Assert.Equal([b.Id], a.Swarm.ConnectedPeers);
        await a.Swarm.DisconnectAsync(b.Id);
        await a.Swarm.DialAsync(Multiaddr.Parse($"/dns/node.test/tcp/{bound.Port}/p2p/{b.Id}"));
        Assert.Equal([b.Id], a.Swarm.ConnectedPeers);

        Libp2pException none = await Assert.ThrowsAsync<Libp2pException>(
            async () => await a.Swarm.DialAsync(Multiaddr.Parse($"/dns6/absent.test/tcp/1/p2p/{Create().Id}")));
        Assert.Equal(Libp2pError.DialFailed, none.Error);
    }

    [Fact]
    public async Task A_listener_on_ip6_is_reached()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        TestHost a = Create(), b = Create();
        Multiaddr address = b.Swarm.Listen(Multiaddr.Parse("/ip6/::1/tcp/0")).WithPeerId(b.Id);
        await a.Swarm.DialAsync(address);

        Assert.Equal([b.Id], a.Swarm.ConnectedPeers);
    }

    [Fact]
    public async Task A_dead_address_does_not_stop_the_next_one()
    {
        TestHost a = Create(), b = Create();
        await a.Swarm.DialAsync(b.Id, [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), Multiaddr.Parse("/ip4/127.0.0.1/udp/1/quic-v1"), b.Address]);

        Assert.Equal([b.Id], a.Swarm.ConnectedPeers);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_is_dropped_at_the_deadline_and_honest_ones_get_in_meanwhile()
    {
        TestHost a = Create(), b = Create(options: new SwarmOptions { AcceptTimeout = TimeSpan.FromSeconds(2) });
        Assert.True(b.Swarm.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? bound));
        List<Socket> silent = [];
        try
        {
            for (int i = 0; i < 100; i++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(bound);
                silent.Add(socket);
            }

            await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
            Assert.Equal([b.Id], a.Swarm.ConnectedPeers);
            foreach (Socket socket in silent)
            {
                await EndedAsync(socket);
            }

            Assert.Equal([a.Id], b.Swarm.ConnectedPeers);
        }
        finally
        {
            silent.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task Cancelling_the_last_caller_ends_the_dial()
    {
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(8);
        TestHost a = Create(), b = Create();
        Multiaddr address = Multiaddr.FromTcpEndPoint((IPEndPoint)silent.LocalEndPoint!).WithPeerId(b.Id);
        using CancellationTokenSource cancel = new();

        Task dial = a.Swarm.DialAsync(address, cancel.Token).AsTask();
        using Socket accepted = await silent.AcceptAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial);
        await EndedAsync(accepted);
    }

    [Fact]
    public async Task A_handler_that_throws_resets_its_stream_and_nothing_else()
    {
        TestHost a = Create(), b = Create();
        b.Swarm.SetStreamHandler("/broken/1", async (stream, ct) =>
        {
            await stream.Bytes.ReadAsync(new byte[1], ct);
            throw new InvalidOperationException("broken");
        });
        await a.Swarm.DialAsync(b.Address);

        ProtocolStream stream = await a.Swarm.OpenStreamAsync(b.Id, ["/broken/1"], CancellationToken.None);
        await using (stream.Bytes)
        {
            await stream.Bytes.WriteAsync(new byte[1], CancellationToken.None);
            Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await ReadToEndAsync(stream));
            Assert.Equal(Libp2pError.StreamReset, e.Error);
        }

        Assert.True(await a.Swarm.PingAsync(b.Id) > TimeSpan.Zero);
    }

    [Fact]
    public async Task Disposing_frees_the_port_and_ends_what_waits()
    {
        TestHost a = Create(), b = Create();
        await a.Swarm.DialAsync(b.Address);
        Multiaddr bound = b.Swarm.ListenAddresses[0];
        await Task.WhenAll(b.Swarm.DisposeAsync().AsTask(), b.Swarm.DisposeAsync().AsTask()).WaitAsync(Guard);

        await EventuallyAsync(() => a.Swarm.ConnectedPeers.Count == 0);
        TestHost again = Create(listen: bound);
        await a.Swarm.DialAsync(again.Address);
        Assert.Equal([again.Id], a.Swarm.ConnectedPeers);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await b.Swarm.DialAsync(a.Address));
    }

    [Fact]
    public void A_wrong_setting_names_itself()
    {
        using KeyPair key = KeyPair.GenerateEd25519();
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Swarm(key, new SwarmOptions { DialTimeout = TimeSpan.Zero }));
        Assert.Contains(nameof(SwarmOptions.DialTimeout), e.Message);
    }

    private TestHost Create(
        KeyType type = KeyType.Secp256k1, SwarmOptions? options = null, NameResolver? resolver = null, Multiaddr? listen = null)
    {
        KeyPair key = type == KeyType.Ed25519 ? KeyPair.GenerateEd25519() : KeyPair.GenerateSecp256k1();
        Swarm swarm = new(key, options, nameResolver: resolver);
        TestHost host = new(swarm, key, new RecordingObserver());
        swarm.Observe(host.Observer);
        swarm.Listen(listen ?? Any);
        _hosts.Add(host);
        return host;
    }

    private static async Task<byte[]> ReadToEndAsync(ProtocolStream stream)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[10_000];
        using CancellationTokenSource guard = new(Guard);
        int read;
        while ((read = await stream.Bytes.ReadAsync(buffer, guard.Token)) > 0)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    /// <summary>Waits until the other side has closed or reset the socket.</summary>
    private static async Task EndedAsync(Socket socket)
    {
        byte[] buffer = new byte[1024];
        using CancellationTokenSource guard = new(Guard);
        try
        {
            while (await socket.ReceiveAsync(buffer, guard.Token) > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // An abort is an end as well.
        }
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using CancellationTokenSource guard = new(Guard);
        while (!condition())
        {
            await Task.Delay(10, guard.Token);
        }
    }

    private sealed record TestHost(Swarm Swarm, KeyPair Key, RecordingObserver Observer)
    {
        public PeerId Id => Key.PeerId;

        public Multiaddr Address => Swarm.ListenAddresses[0].WithPeerId(Id);
    }

    private sealed class RecordingObserver : IPeerObserver
    {
        private readonly Lock _gate = new();
        private readonly List<string> _seen = [];
        private readonly Dictionary<PeerId, TaskCompletionSource<IdentifyInfo>> _identified = [];
        private readonly Dictionary<PeerId, TaskCompletionSource> _connected = [];

        public string[] Seen
        {
            get
            {
                lock (_gate)
                {
                    return [.. _seen];
                }
            }
        }

        public void OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress)
        {
            lock (_gate)
            {
                _seen.Add($"+{peer}");
                Of(_connected, peer).TrySetResult();
            }
        }

        public void OnPeerDisconnected(PeerId peer)
        {
            lock (_gate)
            {
                _seen.Add($"-{peer}");
            }
        }

        public void OnPeerIdentified(PeerId peer, IdentifyInfo info)
        {
            lock (_gate)
            {
                Of(_identified, peer).TrySetResult(info);
            }
        }

        public Task<IdentifyInfo> IdentifiedAsync(PeerId peer)
        {
            lock (_gate)
            {
                return Of(_identified, peer).Task.WaitAsync(Guard);
            }
        }

        public Task ConnectedAsync(PeerId peer)
        {
            lock (_gate)
            {
                return Of(_connected, peer).Task.WaitAsync(Guard);
            }
        }

        private static T Of<T>(Dictionary<PeerId, T> map, PeerId peer)
            where T : new()
        {
            if (!map.TryGetValue(peer, out T? value))
            {
                map[peer] = value = new T();
            }

            return value;
        }
    }
}
