using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>Peers, handlers and resolvers that do not do their part. Times are hang guards only.</summary>
public sealed class SwarmFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly List<(Swarm Swarm, KeyPair Key)> _hosts = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach ((Swarm swarm, KeyPair key) in _hosts)
        {
            await swarm.DisposeAsync().AsTask().WaitAsync(Guard);
            key.Dispose();
        }
    }

    [Fact]
    public async Task A_peer_that_leaves_handlers_behind_is_gone_when_its_connection_is()
    {
        Swarm a = Create(), b = Create();
        int served = 0, ended = 0;
        b.SetStreamHandler("/stuck/1", async (_, ct) =>
        {
            Interlocked.Increment(ref served);
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Increment(ref ended);
        });
        await a.DialAsync(AddressOf(b));

        // Each stream is agreed on and reset: the muxer counts it no more, but its handler does not look.
        int limit = new ConnectionLimits().MaxInboundStreamsPerPeer;
        for (int i = 0; i < limit; i++)
        {
            ProtocolStream stream = await a.OpenStreamAsync(b.LocalPeerId, ["/stuck/1"], CancellationToken.None);
            await stream.Bytes.DisposeAsync();
        }

        Libp2pException refused = await Assert.ThrowsAsync<Libp2pException>(
            async () => await a.OpenStreamAsync(b.LocalPeerId, ["/stuck/1"], CancellationToken.None));
        Assert.Equal(Libp2pError.StreamReset, refused.Error);
        Assert.Equal(limit, Volatile.Read(ref served));

        await a.DisconnectAsync(b.LocalPeerId);
        await EventuallyAsync(() => b.ConnectedPeers.Count == 0 && Volatile.Read(ref ended) == served);
    }

    [Fact]
    public async Task A_handler_whose_cancellation_throws_keeps_neither_its_connection_nor_the_swarm_open()
    {
        Swarm a = Create(), b = Create();
        int entered = 0;
        b.SetStreamHandler("/stuck/1", async (stream, ct) =>
        {
            // For good: a handler that is gone takes its registrations along.
            _ = ct.Register(() => throw new InvalidOperationException("a fault of the host's"));
            Interlocked.Increment(ref entered);
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await a.DialAsync(AddressOf(b));
        await using IByteStream first = await OpenAsync(a, b);
        await EventuallyAsync(() => Volatile.Read(ref entered) == 1);
        await a.DisconnectAsync(b.LocalPeerId);
        await EventuallyAsync(() => b is { HeldBudgets: 0, RunningTasks: 1 });

        await a.DialAsync(AddressOf(b));
        await using IByteStream second = await OpenAsync(a, b);
        await EventuallyAsync(() => Volatile.Read(ref entered) == 2);
        await b.DisposeAsync().AsTask().WaitAsync(Guard);
        Assert.Equal((0, 0), (b.HeldBudgets, b.RunningTasks));
    }

    [Fact]
    public async Task A_handler_that_ignores_its_token_does_not_hold_up_the_end()
    {
        Swarm a = Create(), b = Create(options: new SwarmOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) });
        TaskCompletionSource entered = new(), release = new();
        b.SetStreamHandler("/stuck/1", async (_, _) =>
        {
            entered.SetResult();
            await release.Task;
        });
        await a.DialAsync(AddressOf(b));
        await using (await OpenAsync(a, b))
        {
            await entered.Task.WaitAsync(Guard);
            await b.DisposeAsync().AsTask().WaitAsync(Guard);
        }

        release.SetResult();
    }

    [Fact]
    public async Task A_look_up_that_never_ends_is_over_at_the_deadline()
    {
        Swarm a = Create(new SwarmOptions { DialTimeout = TimeSpan.FromMilliseconds(200) }, (_, _, _) => new TaskCompletionSource<IPAddress[]>().Task);

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => a.DialAsync(Named("hangs.test")).AsTask().WaitAsync(Guard));

        Assert.Equal(Libp2pError.Timeout, e.Error);
    }

    [Fact]
    public async Task Disposing_does_not_wait_for_a_look_up_that_never_ends()
    {
        Swarm a = Create(resolver: (_, _, _) => new TaskCompletionSource<IPAddress[]>().Task);
        Task dial = a.DialAsync(Named("hangs.test")).AsTask();

        await a.DisposeAsync().AsTask().WaitAsync(Guard);

        Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => dial)).Error);
    }

    [Fact]
    public async Task A_name_that_no_resolver_takes_does_not_stop_the_next_address()
    {
        Swarm a = Create(), b = Create(), odd = Create(resolver: (_, _, _) => throw new InvalidOperationException("of the test"));

        // No name at all: the system's resolver throws ArgumentException.
        await a.DialAsync(b.LocalPeerId, [Named("0.0.0.0"), AddressOf(b)]).AsTask().WaitAsync(Guard);
        Assert.Equal([b.LocalPeerId], a.ConnectedPeers);

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => odd.DialAsync(Named("odd.test")).AsTask().WaitAsync(Guard));
        Assert.Equal(Libp2pError.DialFailed, e.Error);
    }

    [Fact]
    public async Task Giving_up_a_dial_runs_no_foreign_code_under_the_lock_of_the_swarm()
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource<bool> free = new();
        Swarm? a = null;
        a = Create(resolver: (_, _, ct) =>
        {
            ct.Register(() => free.SetResult(Task.Run(() => a!.ConnectedPeers.Count).Wait(TimeSpan.FromSeconds(30))));
            asked.SetResult();
            return new TaskCompletionSource<IPAddress[]>().Task;
        });
        using CancellationTokenSource cancel = new();
        Task dial = a.DialAsync(Named("hangs.test"), cancel.Token).AsTask();
        await asked.Task.WaitAsync(Guard);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial);
        Assert.True(await free.Task.WaitAsync(Guard));
    }

    [Fact]
    public async Task Disconnecting_takes_every_connection_out_at_once_though_the_peer_answers_no_goodbye()
    {
        Swarm b = Create(options: new SwarmOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) });
        using KeyPair key = KeyPair.GenerateEd25519();
        NoiseConnection first = await ConnectSilentlyAsync(b, key), second = await ConnectSilentlyAsync(b, key);
        await EventuallyAsync(() => b.Connections.Count == 2);

        Task disconnect = b.DisconnectAsync(key.PeerId).AsTask();

        Assert.Empty(b.Connections);
        first.Abort();
        second.Abort();
        await disconnect.WaitAsync(Guard);
    }

    [Theory]
    [InlineData(nameof(SwarmOptions.DialTimeout))]
    [InlineData(nameof(SwarmOptions.AcceptTimeout))]
    [InlineData(nameof(SwarmOptions.StreamTimeout))]
    [InlineData(nameof(SwarmOptions.CloseTimeout))]
    [InlineData(nameof(SwarmOptions.DialDeadline))]
    public void A_time_that_no_timer_takes_names_itself(string setting)
    {
        SwarmOptions options = new();
        typeof(SwarmOptions).GetProperty(setting)!.SetValue(options, TimeSpan.MaxValue);

        Assert.Contains(setting, Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    /// <summary>A peer that agrees on everything and then neither sends nor reads.</summary>
    private static async Task<NoiseConnection> ConnectSilentlyAsync(Swarm to, KeyPair key)
    {
        Assert.True(to.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? endPoint));
        TcpConnection socket = await new TcpTransport(TimeProvider.System, NullLogger<TcpTransport>.Instance).DialAsync(endPoint, Guard, default);
        await Multistream.SelectAsync(socket, ["/noise"], default);
        using NoiseStaticKey staticKey = NoiseStaticKey.Generate(key);
        return await NoiseConnection.HandshakeAsync(socket, initiator: true, staticKey, to.LocalPeerId, default);
    }

    private static Multiaddr AddressOf(Swarm swarm) => swarm.ListenAddresses[0].WithPeerId(swarm.LocalPeerId);

    private static Multiaddr Named(string host)
    {
        using KeyPair key = KeyPair.GenerateEd25519();
        return Multiaddr.Parse($"/dns4/{host}/tcp/1/p2p/{key.PeerId}");
    }

    private static async Task<IByteStream> OpenAsync(Swarm from, Swarm to) =>
        (await from.OpenStreamAsync(to.LocalPeerId, ["/stuck/1"], CancellationToken.None)).Bytes;

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using CancellationTokenSource guard = new(Guard);
        while (!condition())
        {
            await Task.Delay(10, guard.Token);
        }
    }

    private Swarm Create(SwarmOptions? options = null, NameResolver? resolver = null)
    {
        KeyPair key = KeyPair.GenerateSecp256k1();
        Swarm swarm = new(key, options, nameResolver: resolver);
        swarm.Listen(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"));
        _hosts.Add((swarm, key));
        return swarm;
    }
}
