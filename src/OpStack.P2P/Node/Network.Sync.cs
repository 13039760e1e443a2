using OpStack.P2P.Metrics;
using OpStack.P2P.Node;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P;

/// <summary>Blocks by number: both sides of the protocol, and what gossip left out.</summary>
public sealed partial class Network
{
    private PayloadServer? _payloadServer;

    private TimeSpan BlockTime => TimeSpan.FromSeconds(_config.RollupConfig.BlockTime);

    /// <summary>Before we listen: the first identify answer must list the protocol already.</summary>
    private SyncClient? StartSync()
    {
        if (!_config.SyncByNumber)
        {
            return null;
        }

        SyncMeasurements measurements = new(_metrics);
        if (_config.PayloadSource is { } source)
        {
            _payloadServer = new PayloadServer(_gossip.Host, _config.RollupConfig, source, _time, _loggers) { Measurements = measurements };
            _payloadServer.Start();
        }

        SyncOptions options = !_config.SyncOnlyFromStatic ? _config.Sync : _config.Sync with
        {
            PeerFilter = peer => _gossip.ConnectionManager.IsProtected(peer, ConnectionGater.StaticTag) && _config.Sync.PeerFilter?.Invoke(peer) != false,
        };
        SyncClient client = new(_gossip.Host, _config.RollupConfig, _applicationScores, options, _time, _loggers) { Measurements = measurements };
        _stops.Push((NetworkPart.Sync, client.DisposeAsync));
        client.Start();
        _board.Set(NetworkPart.Sync, PartState.Running);
        return client;
    }

    private GapFiller? StartGapFiller(SyncClient? sync)
    {
        if (sync is null || !_config.FillGaps)
        {
            return null;
        }

        GapFiller gaps = new(BlockTime, sync, _feed, _recent, _board, _time, _logger);
        _feed.OnGossiped = gaps.OnBlock;
        Run(NetworkPart.Sync, gaps.RunAsync);
        return gaps;
    }
}
