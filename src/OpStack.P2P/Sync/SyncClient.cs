using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.P2P.Metrics;
using OpStack.P2P.Sync;

namespace OpStack.P2P;

/// <summary>
/// Fetches ranges of blocks by number from all connected peers that serve them (op-node's SyncClient): one request per peer at a time, 4 per
/// second and 15 at once for a peer, 20 and 40 for all. Every block handed on has a true hash and is linked by parent hashes to the range's
/// trusted end. Safe for use from any thread; one range is worked on at a time, 16 more may wait.
/// </summary>
public sealed partial class SyncClient : IAsyncDisposable
{
    private readonly IProtocolHost _host;
    private readonly SyncOptions _options;
    private readonly ApplicationScores _scores;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PayloadRequester _requester;
    private readonly ServingPeers _peers;
    private readonly SyncScheduler _scheduler;
    private readonly Channel<SyncInput> _inputs;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Lock _gate = new();
    private int _callers;
    private ITimer? _timer;
    private IDisposable? _observation;
    private Task _loop = Task.CompletedTask;
    private Task? _disposal;

    /// <summary>Creates a client that asks nobody yet. Throws <see cref="ArgumentException"/> naming a setting that is out of range.</summary>
    /// <param name="host">Carries the streams, and tells of peers.</param>
    /// <param name="config">The chain.</param>
    /// <param name="scores">Told how peers answer; null to score nobody.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="time">Clock and timers; null for the system's.</param>
    /// <param name="loggerFactory">Where logs go; null for nowhere.</param>
    public SyncClient(
        IProtocolHost host,
        RollupConfig config,
        ApplicationScores? scores = null,
        SyncOptions? options = null,
        TimeProvider? time = null,
        ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(config);
        _host = host;
        _options = options ?? new SyncOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _stopped = _stopping.Token; // Kept, because callers may still be under way when its source is disposed.
        _scores = scores ?? new ApplicationScores(TimeSpan.FromSeconds(config.BlockTime), _time);
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SyncClient>();
        _requester = new PayloadRequester(host, config, _time);
        _peers = new ServingPeers(SyncProtocol.Ids(config.L2ChainId), _scores, Wake);
        _scheduler = new SyncScheduler(_options.StallTimeout, MayAsk);
        _inputs = Channel.CreateBounded<SyncInput>(new BoundedChannelOptions(SyncLimits.MaxInputs) { SingleReader = true });
    }

    /// <summary>Told of requests; null for nobody.</summary>
    internal SyncMeasurements? Measurements { get; init; }

    /// <summary>A snapshot, as of the last thing the client did.</summary>
    public SyncStatistics Statistics => Volatile.Read(ref _statistics);

    /// <summary>Begins to follow the peers of the host, those connected already included. Once.</summary>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            if (_timer is not null)
            {
                throw new InvalidOperationException("The client has been started already.");
            }

            _timer = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _loop = Task.Run(RunAsync, CancellationToken.None);
        _observation = _host.Observe(_peers);
    }

    /// <summary>
    /// Fetches a range and hands its blocks on from the highest down, each as soon as it is linked to the trusted end, as op-node does. Blocks
    /// handed on before a range ends early are good all the same. Fetching waits for the host while it has not taken 100 blocks.
    /// </summary>
    /// <param name="range">What to fetch.</param>
    /// <param name="onBlock">
    /// Takes the blocks, one at a time; what it throws ends the range and comes out of here.
    /// </param>
    /// <param name="cancellationToken">Gives the range up.</param>
    /// <returns>How it ended; what peers did wrong is never an exception.</returns>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    /// <exception cref="InvalidOperationException">Before <see cref="Start"/>.</exception>
    /// <exception cref="ObjectDisposedException">After disposal.</exception>
    public async Task<SyncRangeResult> RequestRangeAsync(
        SyncRange range, Func<SyncedBlock, CancellationToken, ValueTask> onBlock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(onBlock);
        return await RunRangeAsync(
            range,
            async (block, token) =>
            {
                await onBlock(block, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Fetches a range and hands its blocks on from the lowest up, once all are there and linked; nothing at all is handed on unless they are.
    /// They are kept in memory meanwhile, up to <see cref="SyncOptions.MaxAscendingBytes"/>. Otherwise as
    /// <see cref="RequestRangeAsync"/>.
    /// </summary>
    /// <param name="range">What to fetch.</param>
    /// <param name="onBlock">Takes the blocks, one at a time.</param>
    /// <param name="cancellationToken">Gives the range up.</param>
    /// <returns>How it ended.</returns>
    public async Task<SyncRangeResult> RequestRangeAscendingAsync(
        SyncRange range, Func<SyncedBlock, CancellationToken, ValueTask> onBlock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(onBlock);
        Stack<SyncedBlock> blocks = [];
        long bytes = 0;
        SyncRangeResult result = await RunRangeAsync(
            range,
            (block, _) =>
            {
                blocks.Push(block);
                bytes += block.Envelope.Body.Length;
                return ValueTask.FromResult(bytes <= _options.MaxAscendingBytes);
            },
            cancellationToken).ConfigureAwait(false);
        if (result.Outcome != SyncOutcome.Complete)
        {
            return new SyncRangeResult(result.Outcome, 0, range.Last);
        }

        while (blocks.TryPop(out SyncedBlock? block))
        {
            await onBlock(block, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Ends the range under way and those that wait, gives up what is being asked, and waits for all of it. Idempotent.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= DisposeCoreAsync());
        }
    }

    private async Task DisposeCoreAsync()
    {
        await Task.Yield(); // Leaves the lock of DisposeAsync.
        _observation?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        _inputs.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }
}
