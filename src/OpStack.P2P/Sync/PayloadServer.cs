using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;
using OpStack.P2P.Sync;

namespace OpStack.P2P;

/// <summary>
/// Serves blocks by number under both protocol ids of the chain, at op-node's rates: 4 requests per second and 15 at once for a peer, 20 and 40
/// for all; a request that would wait for more than 20 s is refused. Ends with the host that carries it.
/// </summary>
public sealed partial class PayloadServer
{
    private readonly IProtocolHost _host;
    private readonly RollupConfig _config;
    private readonly IPayloadSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ServerRates _rates = new();
    private PayloadServerStatistics _statistics = new();

    /// <summary>Creates a server that does not serve yet.</summary>
    /// <param name="host">Carries the streams.</param>
    /// <param name="config">The chain.</param>
    /// <param name="source">Where the blocks come from.</param>
    /// <param name="time">Clock and timers; null for the system's.</param>
    /// <param name="loggerFactory">Where logs go; null for nowhere.</param>
    public PayloadServer(
        IProtocolHost host, RollupConfig config, IPayloadSource source, TimeProvider? time = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(source);
        _host = host;
        _config = config;
        _source = source;
        _time = time ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<PayloadServer>();
    }

    /// <summary>Told of requests; null for nobody.</summary>
    internal SyncMeasurements? Measurements { get; init; }

    /// <summary>A snapshot.</summary>
    public PayloadServerStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return _statistics;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Serves from now on, and has identify say so. Best before the first connection.</summary>
    public void Start()
    {
        foreach (string id in SyncProtocol.Ids(_config.L2ChainId))
        {
            _host.SetStreamHandler(id, ServeAsync);
        }
    }

    /// <summary>One request. What the peer or the connection does wrong ends here; the swarm resets the stream for the rest.</summary>
    private async Task ServeAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        Count(s => s with { Active = s.Active + 1 });
        using Activity? activity = P2PActivity.StartSyncServe();
        long started = _time.GetTimestamp();
        int outcome = (int)SyncFault.Vanished;
        try
        {
            await using (stream.Bytes.ConfigureAwait(false))
            {
                outcome = await AnswerAsync(stream, cancellationToken).ConfigureAwait(false);
                await DrainAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException)
        {
            Count(s => s with { Failed = s.Failed + 1 });
            _logger.ServingFailed(stream.Peer, e.Message);
        }
        finally
        {
            Measurements?.Served(outcome, _time.GetElapsedTime(started));
            activity?.End(SyncMetrics.Outcome.Values[outcome], outcome != (int)SyncFault.None);
            Count(s => s with { Active = s.Active - 1 });
        }
    }

    /// <summary>Answers, and tells what was wrong as the label of the metrics has it.</summary>
    private async Task<int> AnswerAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        if (!await WaitForTurnAsync(stream.Peer, cancellationToken).ConfigureAwait(false))
        {
            await RefuseAsync(stream, ResultCode.UnknownError, cancellationToken).ConfigureAwait(false);
            Count(s => s with { Throttled = s.Throttled + 1 });
            return SyncMeasurements.Throttled;
        }

        if (await ReadRequestAsync(stream, cancellationToken).ConfigureAwait(false) is not { } number)
        {
            await RefuseAsync(stream, ResultCode.UnknownError, cancellationToken).ConfigureAwait(false);
            Count(s => s with { Failed = s.Failed + 1 });
            return (int)SyncFault.Truncated;
        }

        (ResultCode code, OpNetworkPayloadEnvelope? block) = await FindAsync(number, stream.Peer, cancellationToken).ConfigureAwait(false);
        if (block is null)
        {
            await RefuseAsync(stream, code, cancellationToken).ConfigureAwait(false);
            Count(s => code switch
            {
                ResultCode.NotFound => s with { NotFound = s.NotFound + 1 },
                ResultCode.InvalidRequest => s with { InvalidRequests = s.InvalidRequests + 1 },
                _ => s with { Failed = s.Failed + 1 },
            });
            return (int)(code switch
            {
                ResultCode.NotFound => SyncFault.NotFound,
                ResultCode.InvalidRequest => SyncFault.InvalidRequest,
                _ => SyncFault.Local,
            });
        }

        long sent = await SendAsync(stream, block, cancellationToken).ConfigureAwait(false);
        Count(s => s with { Served = s.Served + 1, BytesSent = s.BytesSent + sent, LastServed = number });
        _logger.BlockServed(number, stream.Peer, sent);
        return (int)SyncFault.None;
    }

    /// <summary>False when the wait would be too long.</summary>
    private async ValueTask<bool> WaitForTurnAsync(PeerId peer, CancellationToken cancellationToken)
    {
        TimeSpan delay;
        lock (_gate)
        {
            if (!_rates.TryTakePeer(peer, Now, out delay))
            {
                return false;
            }
        }

        await DelayAsync(delay, cancellationToken).ConfigureAwait(false);
        TimeSpan globalDelay;
        lock (_gate)
        {
            if (!_rates.TryTakeGlobal(Now, out globalDelay))
            {
                return false;
            }
        }

        await DelayAsync(globalDelay, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        // Rounded up, because a timer cuts to milliseconds and would come too early.
        delay == TimeSpan.Zero
            ? Task.CompletedTask
            : Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)), _time, cancellationToken);

    private void Count(Func<PayloadServerStatistics, PayloadServerStatistics> change)
    {
        lock (_gate)
        {
            _statistics = change(_statistics);
        }
    }
}
