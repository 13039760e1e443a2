using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Sync;

/// <summary>A client on loopback whose own clock stands still until the test moves it, and the peers it asks.</summary>
internal sealed class SyncClientRig : IAsyncDisposable
{
    private readonly List<SyncHost> _servers = [];

    public SyncClientRig(SyncChain chain, SyncOptions? options = null)
    {
        Chain = chain;
        Scores = new ApplicationScores(TimeSpan.FromSeconds(2), Time);
        Client = new SyncClient(Host.Swarm, chain.Config, Scores, options, Time);
        Client.Start();
    }

    public SyncChain Chain { get; }

    public FakeTimeProvider Time { get; } = new();

    public SyncHost Host { get; } = new();

    public ApplicationScores Scores { get; }

    public SyncClient Client { get; }

    public List<SyncedBlock> Blocks { get; } = [];

    public IEnumerable<ulong> Numbers => Blocks.Select(block => block.Envelope.Payload.BlockNumber);

    /// <summary>Adds a peer with a server, connects to it, and waits until the client knows it.</summary>
    public async Task<SyncHost> AddAsync(Action<SyncHost> serve)
    {
        SyncHost server = new();
        serve(server);
        _servers.Add(server);
        int before = Client.Statistics.Peers;
        await Host.DialAsync(server);
        await Until.TrueAsync(() => Client.Statistics.Peers == before + 1);
        return server;
    }

    public Task<SyncHost> AddHonestAsync() => AddAsync(server => server.Serve(Chain.Config, new ChainSource(Chain), Time));

    /// <summary>Runs a range to its end, collecting what is handed on; the clock moves on only as far as it must.</summary>
    public async Task<SyncRangeResult> RunAsync(SyncRange range)
    {
        Task<SyncRangeResult> run = Client.RequestRangeAsync(range, TakeAsync);
        await AdvanceUntilAsync(() => run.IsCompleted);
        return await run;
    }

    public ValueTask TakeAsync(SyncedBlock block, CancellationToken cancellationToken)
    {
        Blocks.Add(block);
        return ValueTask.CompletedTask;
    }

    /// <summary>Moves the clock in small steps, each after a while of real time in which what can happen without it may.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition) => Until.TrueAsync(() =>
    {
        bool holds = condition();
        if (!holds)
        {
            Time.Advance(TimeSpan.FromMilliseconds(20));
        }

        return holds;
    });

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().AsTask().WaitAsync(SyncHost.Patience);
        await Host.DisposeAsync();
        foreach (SyncHost server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
