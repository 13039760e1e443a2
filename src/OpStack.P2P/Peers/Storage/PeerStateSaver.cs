using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// Keeps peers.json and gater.json: reads both before the node begins, writes what has changed every interval and at the end, and the
/// gater's lists as soon as they change. One loop owns both files.
/// </summary>
internal sealed class PeerStateSaver : IAsyncDisposable
{
    private const string PeerFileName = "peers.json";
    private const string GaterFileName = "gater.json";

    private readonly PeerStore _store;
    private readonly ConnectionGater? _gater;
    private readonly JsonFile<PeerStoreDocument> _peerFile;
    private readonly JsonFile<GaterDocument> _gaterFile;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // One signal is enough for any number of reasons: what is to be saved is looked up when it is handled.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private ITimer? _timer;
    private Task? _loop;
    private long _savedVersion;
    private volatile bool _isPeersDue;
    private volatile bool _isGaterDue;

    /// <param name="directory">Where both files are.</param>
    /// <param name="options">How often they are written.</param>
    /// <param name="store">What peers.json holds.</param>
    /// <param name="gater">What gater.json holds; null for a gater of the host's own, which keeps its lists itself.</param>
    /// <param name="time">Clock and timer.</param>
    /// <param name="logger">Events 2604 on.</param>
    public PeerStateSaver(string directory, PeerStoreOptions options, PeerStore store, ConnectionGater? gater, TimeProvider time, ILogger logger)
    {
        _store = store;
        _gater = gater;
        _interval = options.SaveInterval;
        _time = time;
        _logger = logger;
        _peerFile = new(FileIn(directory, PeerFileName, PeerLimits.MaxPeerFileSize), StoredJson.Default.PeerStoreDocument, logger);
        _gaterFile = new(FileIn(directory, GaterFileName, PeerLimits.MaxGaterFileSize), StoredJson.Default.GaterDocument, logger);
    }

    /// <summary>Reads both files into store and gater; what is there already stays.</summary>
    public void Load()
    {
        if (_peerFile.Load(PeerStoreFormat.Read) is { } peers)
        {
            _store.Import(peers.Peers);
            Tell(_peerFile.Path, peers.Peers.Count, peers.Skipped);
        }

        if (_gater is not null && _gaterFile.Load(GaterFormat.Read) is { } gater)
        {
            _gater.Import(gater.State);
            Tell(_gaterFile.Path, gater.Entries, gater.Skipped);
        }
    }

    /// <summary>Begins to write. Once, after <see cref="Load"/>.</summary>
    public void Start()
    {
        if (_gater is not null)
        {
            _gater.Changed += OnGaterChanged;
        }

        _loop = Task.Run(RunAsync);
        _timer = _time.CreateTimer(_ => OnIntervalOver(), null, _interval, _interval);
    }

    /// <summary>Writes for the last time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loop is null || !_signals.Writer.TryComplete())
        {
            return;
        }

        await _timer!.DisposeAsync().ConfigureAwait(false);
        if (_gater is not null)
        {
            _gater.Changed -= OnGaterChanged;
        }

        await _loop.ConfigureAwait(false);
        (_isPeersDue, _isGaterDue) = (true, true);
        SaveDue();
    }

    private void OnIntervalOver()
    {
        _isPeersDue = true;
        _signals.Writer.TryWrite(true);
    }

    private void OnGaterChanged()
    {
        _isGaterDue = true;
        _signals.Writer.TryWrite(true);
    }

    private async Task RunAsync()
    {
        await foreach (bool _ in _signals.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            SaveDue();
        }
    }

    /// <summary>What could not be saved stays due: the gater's lists with the next interval.</summary>
    private void SaveDue()
    {
        try
        {
            if (_isPeersDue)
            {
                _isPeersDue = false;
                SavePeers();
            }

            if (_isGaterDue && _gater is not null)
            {
                _isGaterDue = false; // Before the lists are read: what changes from here on is due again.
                if (!_gaterFile.Save(GaterFormat.Write(_gater.Export(), _time.GetUtcNow())))
                {
                    _isGaterDue = true;
                }
            }
        }
        catch (Exception e)
        {
            // No fault of the disk, those are handled: a fault of ours must not end the loop, or nothing would be saved any more.
            _logger.SavingFailed(e);
        }
    }

    private void SavePeers()
    {
        _store.Sweep();
        IReadOnlyList<StoredPeer> peers = _store.Export(out long version);
        if (version != _savedVersion && _peerFile.Save(PeerStoreFormat.Write(peers, _time.GetUtcNow())))
        {
            _savedVersion = version;
        }
    }

    private void Tell(string path, int entries, int skipped)
    {
        _logger.StateLoaded(path, entries);
        if (skipped > 0)
        {
            _logger.StateSkipped(path, skipped);
        }
    }

    private static WholeFile FileIn(string directory, string name, int maxSize) => new(Path.Combine(directory, name), maxSize, File.Create);
}
