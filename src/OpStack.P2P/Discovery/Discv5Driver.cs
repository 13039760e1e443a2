using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;

namespace OpStack.P2P;

/// <summary>
/// Finds nodes of one chain in the shared DHT (kona's Discv5Driver): bootstraps, looks up random ids, keeps the boot store, and gives the
/// host the records of peers worth dialling. Made by <see cref="Discv5Builder"/>. One loop owns its state; what takes time on the network
/// never runs on it.
/// </summary>
public sealed partial class Discv5Driver : IAsyncDisposable
{
    private readonly DiscoverySettings _settings;
    private readonly IDiscv5Network _network;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly EnrFilter _filter;
    private readonly Channel<Enr> _enrs;
    private readonly Channel<DriverInput> _inputs;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Lock _gate = new();
    private readonly List<ITimer> _timers = [];
    private BootStore _store = new();
    private Task<Discv5Handler>? _start;
    private Task _loop = Task.CompletedTask;
    private Task _events = Task.CompletedTask;
    private Task _lookup = Task.CompletedTask;
    private Task _bootstrap = Task.CompletedTask;
    private Task? _disposal;

    internal Discv5Driver(DiscoverySettings settings, IDiscv5Network network, TimeProvider time, Random random, ILogger logger)
    {
        _settings = settings;
        _network = network;
        _time = time;
        _random = random;
        _logger = logger;
        _stopped = _stopping.Token; // Kept, because callers may still be under way when its source is disposed.
        NodeId self = NodeId.FromPublicKey(settings.LocalNode.SigningKey.PublicKey);
        _filter = new EnrFilter(settings.ChainId, self, settings.AllowPrivateAddresses, time);
        _enrs = Channel.CreateBounded<Enr>(
            new BoundedChannelOptions(DiscoveryLimits.MaxWaitingEnrs) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _dropped));
        _inputs = Channel.CreateBounded<DriverInput>(new BoundedChannelOptions(DiscoveryLimits.MaxInputs) { SingleReader = true });
    }

    /// <summary>
    /// Binds the UDP socket, begins, and returns the handler; finding nodes goes on behind it. Calling it again returns the same.
    /// Throws <see cref="Discv5Exception"/> (ListenFailed) when the address cannot be bound, and <see cref="ObjectDisposedException"/>.
    /// </summary>
    public Task<Discv5Handler> StartAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            return _start ??= StartCoreAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Ends the lookups, saves the boot store a last time, leaves the network and completes <see cref="Discv5Handler.Enrs"/>, in this order
    /// and each within 5 s. Idempotent.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= DisposeCoreAsync());
        }
    }

    /// <summary>
    /// Our record names what a NAT gateway maps to us, and peers have no say in it; null takes that back, and they have. The number of the record
    /// rises only if anything changes. For a node without an address of its own.
    /// </summary>
    internal Task AdvertiseAsync(MappedAddress? mapped, CancellationToken cancellationToken)
    {
        int bound = LocalRecord.ChoosePort(_settings.LocalNode, _network.LocalEndPoints);
        return _network.ChangeLocalEnrAsync(
            record => LocalRecord.SetMapped(record, _settings.LocalNode, bound, mapped), staticIp: mapped is not null, cancellationToken);
    }

    private async Task<Discv5Handler> StartCoreAsync(CancellationToken cancellationToken)
    {
        await _network.StartAsync(cancellationToken).ConfigureAwait(false);
        if (_settings.LocalNode.UdpPort == 0)
        {
            // Only now is it known which port the system chose.
            int bound = LocalRecord.ChoosePort(_settings.LocalNode, _network.LocalEndPoints);
            await _network
                .ChangeLocalEnrAsync(record => LocalRecord.SetUdp(record, _settings.LocalNode, bound), staticIp: null, cancellationToken)
                .ConfigureAwait(false);
        }

        _logger.Began(_settings.ChainId, _network.LocalEnr.ToString());
        _store = _settings.StoreFile?.Load() ?? new BootStore();
        Volatile.Write(ref _storedRecords, _store.Count);
        _loop = Task.Run(RunAsync, CancellationToken.None);
        _events = Task.Run(ReadEventsAsync, CancellationToken.None);
        Every(_settings.Interval, new DriverInput.LookupDue());
        Every(_settings.StoreInterval, new DriverInput.StoreDue());
        if (_settings.RandomizeInterval is { } randomize)
        {
            Every(randomize, new DriverInput.EvictionDue());
        }

        return new Discv5Handler(this, _network, _settings, _enrs.Reader);
    }

    /// <summary>A tick that finds the loop's inputs full is left out: the loop has enough to do.</summary>
    private void Every(TimeSpan period, DriverInput input) =>
        _timers.Add(_time.CreateTimer(_ => _inputs.Writer.TryWrite(input), null, period, period));

    private async Task DisposeCoreAsync()
    {
        await Task.Yield(); // Leaves the lock of DisposeAsync.
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_start is not null)
        {
            await ((Task)_start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Its caller has the failure.
        }

        foreach (ITimer timer in _timers)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        _inputs.Writer.TryComplete();
        await Task.WhenAll(_loop, _events).ConfigureAwait(false);
        await _lookup.ConfigureAwait(false);
        await _bootstrap.ConfigureAwait(false); // Second: a lookup may have begun it.
        await SaveLastAsync().ConfigureAwait(false);
        await _network.DisposeAsync().ConfigureAwait(false);
        _enrs.Writer.TryComplete();
        _stopping.Dispose();
        _logger.Ended(_settings.ChainId);
    }
}
