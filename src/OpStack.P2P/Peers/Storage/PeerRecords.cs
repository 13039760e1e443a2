using Microsoft.Extensions.Logging;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// What a node knows of its peers and keeps: the store, what the swarm tells it, and the files of store and gater. Loaded before the swarm
/// listens, disposed after the swarm, so that the ends of its connections are written down.
/// </summary>
internal sealed class PeerRecords : IAsyncDisposable
{
    private readonly IPeerHost _host;
    private readonly PeerStateSaver? _saver;
    private IDisposable? _connections;
    private IDisposable? _peers;

    /// <param name="options">Checked already.</param>
    /// <param name="host">The swarm.</param>
    /// <param name="gater">Kept in a file as well, unless it is one of the host's own.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Events 2604 on.</param>
    public PeerRecords(PeerStoreOptions options, IPeerHost host, IConnectionGater gater, TimeProvider time, ILogger logger)
    {
        _host = host;
        Store = new PeerStore(options, time);
        _saver = options.Directory is { } directory
            ? new PeerStateSaver(directory, options, Store, gater as ConnectionGater, time, logger)
            : null;
    }

    public PeerStore Store { get; }

    /// <summary>Reads what was saved, begins to write down what the swarm tells, and to save it. Once.</summary>
    public void Start()
    {
        _saver?.Load();
        PeerStoreRecorder recorder = new(Store, _host);
        _connections = _host.Connections.ObserveConnections(recorder);
        _peers = _host.Observe(recorder);
        _saver?.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _connections?.Dispose();
        _peers?.Dispose();
        if (_saver is not null)
        {
            await _saver.DisposeAsync().ConfigureAwait(false);
        }
    }
}
