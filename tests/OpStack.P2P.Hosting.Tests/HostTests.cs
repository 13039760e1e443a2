using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Hosting.Tests;

/// <summary>Nodes in hosts, on loopback.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Two_chains_in_one_host_each_follow_their_own()
    {
        using IHost sequencers = await StartAsync(services =>
        {
            services.AddOpStackP2P("a", options => Sequencer(options, 901));
            services.AddOpStackP2P("b", options => Sequencer(options, 902));
        });
        (NetworkHandler a, NetworkHandler b) = (await sequencers.HandlerAsync("a"), await sequencers.HandlerAsync("b"));
        using IHost followers = await StartAsync(services =>
        {
            services.AddOpStackP2P("a", options => Follower(options, 901, a));
            services.AddOpStackP2P("b", options => Follower(options, 902, b));
        });
        (NetworkHandler followsA, NetworkHandler followsB) = (await followers.HandlerAsync("a"), await followers.HandlerAsync("b"));
        await MeshedAsync(a, 901, followsA);
        await MeshedAsync(b, 902, followsB);

        for (ulong number = 1; number <= 3; number++)
        {
            await a.PublishAsync(Block(number, 901));
            await b.PublishAsync(Block(100 + number, 902));
        }

        Assert.Equal([1, 2, 3], await ReadAsync(followsA, 3));
        Assert.Equal([101, 102, 103], await ReadAsync(followsB, 3));
        await followers.StopAsync();
        await sequencers.StopAsync();
    }

    [Fact]
    public async Task A_node_is_there_before_any_service_begins_and_until_the_last_has_ended()
    {
        Witness witness = new();
        using IHost host = TestHost.Build(services =>
        {
            services.AddSingleton<IHostedService>(provider => witness.Of(provider.GetRequiredService<P2PNode>()));
            services.AddOpStackP2P(TestHost.Quiet);
        });
        P2PNode node = host.Services.GetRequiredService<P2PNode>();
        Assert.Null(node.Handler);
        await host.StartAsync();
        await host.StopAsync();
        Assert.Equal((true, true), (witness.WasThereAtTheStart, witness.WasThereAtTheStop));
        Assert.Null(node.Handler);
        Assert.True(node.Started.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Added_twice_it_is_one_node_with_both_settings()
    {
        using IHost host = TestHost.Build(services =>
        {
            services.AddOpStackP2P(TestHost.Quiet);
            services.AddOpStackP2P(options => options.UserAgent = "twice");
        });
        Assert.Single(host.Services.GetServices<P2PNode>());
        Assert.Single(host.Services.GetServices<IHostedService>(), service => service is P2PNode);
        await host.StartAsync();
        Assert.Equal("twice", host.Services.GetRequiredService<P2PNode>().Config!.Swarm.AgentVersion);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_fails_the_host_and_says_whose()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        using IHost host = TestHost.Build(services =>
        {
            services.AddOpStackP2P("good", TestHost.Quiet);
            services.AddOpStackP2P("bad", options =>
            {
                TestHost.Quiet(options);
                options.ListenTcp = port;
            });
        });
        P2PStartException failure = await Assert.ThrowsAsync<P2PStartException>(() => host.StartAsync());
        Assert.StartsWith("The P2P node \"bad\" of chain 901 did not start: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{port}", failure.Message, StringComparison.Ordinal);
        P2PNode bad = host.Services.GetRequiredKeyedService<P2PNode>("bad"), good = host.Services.GetRequiredKeyedService<P2PNode>("good");
        Assert.Same(failure, await Assert.ThrowsAsync<P2PStartException>(() => bad.Started));

        // The host stops nothing it could not start; its disposal does.
        int free = TestHost.TcpOf(good.Handler!).Port;
        await ((IAsyncDisposable)host).DisposeAsync();
        using Socket again = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.Bind(new IPEndPoint(IPAddress.Loopback, free));
    }

    [Fact]
    public async Task What_the_host_changed_is_refused_by_name()
    {
        using IHost host = TestHost.Build(services => services.AddOpStackP2P(options =>
        {
            TestHost.Quiet(options);
            options.With(config => config with { FillGaps = true, SyncByNumber = false });
        }));
        P2PStartException failure = await Assert.ThrowsAsync<P2PStartException>(() => host.StartAsync());
        Assert.Contains("NetworkConfig.FillGaps must be false without SyncByNumber", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_hangs_is_abandoned_after_its_time()
    {
        using HangingSigner signer = new();
        await AssertAbandonedAsync(signer, async (host, time) =>
        {
            Task stop = host.StopAsync();
            await Until.TrueAsync(() => time.HasTimerIn(TimeSpan.FromSeconds(1)));
            time.Advance(TimeSpan.FromSeconds(1)); // The library waits so long for each of the two that hang, one after the other.
            await stop;
        });
    }

    [Fact]
    public async Task A_stop_that_hangs_is_abandoned_when_the_host_can_wait_no_longer()
    {
        using HangingSigner signer = new();
        using CancellationTokenSource patience = new();
        await AssertAbandonedAsync(signer, async (host, _) =>
        {
            Task stop = host.StopAsync(patience.Token);
            await patience.CancelAsync();
            await stop;
        });
    }

    [Fact]
    public async Task A_key_that_is_forgotten_is_warned_of_and_a_key_file_is_kept()
    {
        using LogRecorder log = new();
        using (IHost host = TestHost.Build(services => services.AddOpStackP2P(TestHost.Quiet), log))
        {
            await host.StartAsync();
            await host.StopAsync();
        }

        Assert.Single(log.Of(5000));
        string directory = Directory.CreateTempSubdirectory("hosting-").FullName;
        try
        {
            HashSet<string> peers = [];
            for (int i = 0; i < 2; i++)
            {
                using IHost host = await StartAsync(services => services.AddOpStackP2P(options =>
                {
                    TestHost.Quiet(options);
                    options.PrivPath = Path.Combine(directory, "key.txt");
                }));
                peers.Add((await host.HandlerAsync()).Gossip.LocalPeerId.ToString());
                await host.StopAsync();
            }

            Assert.Single(peers);
            Assert.Single(log.Of(5000));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_container_that_is_disposed_without_waiting_takes_it()
    {
        ServiceCollection services = new();
        services.AddOpStackP2P(TestHost.Quiet);
        services.RemoveAll<IHostedService>();
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Null(provider.GetRequiredService<P2PNode>().Handler);
    }

    private static async Task AssertAbandonedAsync(HangingSigner signer, Func<IHost, FakeTimeProvider, Task> stop)
    {
        FakeTimeProvider time = new();
        using LogRecorder log = new();
        using IHost host = TestHost.Build(
            services =>
            {
                services.AddSingleton<TimeProvider>(time);
                services.AddOpStackP2P(options =>
                {
                    TestHost.Quiet(options);
                    options.StopTimeout = TimeSpan.FromSeconds(1);
                    options.With(config => config with { SignerSource = signer, Signer = signer });
                });
            },
            log);
        await host.StartAsync();
        await signer.Asked.WaitAsync(TestHost.Patience);
        await stop(host, time).WaitAsync(TestHost.Patience);
        Assert.Equal(["The node of chain 901 did not stop in time; what is left of it is abandoned"], log.Of(5001));
    }

    private static void Sequencer(P2POptions options, ulong chainId)
    {
        TestHost.Quiet(options, chainId);
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        key.Export(secret);
        options.SequencerKey = Convert.ToHexString(secret);
    }

    private static void Follower(P2POptions options, ulong chainId, NetworkHandler sequencer)
    {
        TestHost.Quiet(options, chainId);
        options.Static.Add(sequencer.Gossip.ListenAddresses[0].WithPeerId(sequencer.Gossip.LocalPeerId).ToString());
    }

    private static async Task<IHost> StartAsync(Action<IServiceCollection> services)
    {
        IHost host = TestHost.Build(services);
        await host.StartAsync().WaitAsync(TestHost.Patience);
        return host;
    }

    private static Task MeshedAsync(NetworkHandler sequencer, ulong chainId, NetworkHandler follower) => Until.TrueAsync(async () =>
        (await sequencer.Gossip.GetSnapshotAsync()).Mesh.TryGetValue(new BlockTopics(chainId)[PayloadVersion.V4], out IReadOnlyList<Libp2p.Identity.PeerId>? mesh)
        && mesh.Contains(follower.Gossip.LocalPeerId));

    private static OpNetworkPayloadEnvelope Block(ulong number, ulong chainId)
    {
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        return TestBlocks.SignedNow(PayloadVersion.V4, chainId, key, number, 1_000);
    }

    /// <summary>Validated in parallel, they may overtake one another.</summary>
    private static async Task<IReadOnlyList<ulong>> ReadAsync(NetworkHandler handler, int count)
    {
        List<ulong> numbers = [];
        while (numbers.Count < count)
        {
            numbers.Add((await handler.UnsafeBlocks.ReadAsync().AsTask().WaitAsync(TestHost.Patience)).Payload.BlockNumber);
        }

        return [.. numbers.Order()];
    }

    /// <summary>Looks at the node when it is started and when it is stopped.</summary>
    private sealed class Witness : IHostedService
    {
        private P2PNode? _node;

        public bool WasThereAtTheStart { get; private set; }

        public bool WasThereAtTheStop { get; private set; }

        public Witness Of(P2PNode node)
        {
            _node = node;
            return this;
        }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            WasThereAtTheStart = _node!.Handler is not null;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            WasThereAtTheStop = _node!.Handler is not null;
            return Task.CompletedTask;
        }
    }

    /// <summary>Never answers, whatever it is told.</summary>
    private sealed class HangingSigner : IUnsafeBlockSignerSource, IBlockSigner, IDisposable
    {
        private readonly TaskCompletionSource _asked = new();
        private readonly TaskCompletionSource _asWell = new();
        private readonly TaskCompletionSource<Address> _answer = new();

        public Address Address => TestBlocks.Sequencer;

        /// <summary>Both loops are in it.</summary>
        public Task Asked => Task.WhenAll(_asked.Task, _asWell.Task);

        public async ValueTask<Address> ReadAsync(CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            return await _answer.Task;
        }

        public async ValueTask CheckHealthAsync(CancellationToken cancellationToken)
        {
            _asWell.TrySetResult();
            await _answer.Task;
        }

        public ValueTask<BlockSignature> SignAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Dispose() => _answer.TrySetResult(default);
    }
}
