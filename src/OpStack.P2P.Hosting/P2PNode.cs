using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpStack.P2P.Hosting.Settings;

namespace OpStack.P2P.Hosting;

/// <summary>
/// The node of the host, a singleton of its container. It starts before every hosted service and stops after them, so that they can use it from their first
/// line to their last.
/// </summary>
public sealed class P2PNode : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    private readonly string _name;
    private readonly IOptionsMonitor<P2POptions> _monitor;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly IMeterFactory? _meters;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource<NetworkHandler> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private P2POptions _options = new();
    private P2PSettings? _settings;
    private NetworkConfig? _config;
    private Network? _network;
    private NetworkHandler? _handler;
    private Task? _start;
    private Task? _stop;
    private bool _isAbandoned;

    /// <param name="name">Of the options; empty for the node without a key.</param>
    /// <param name="monitor">Where they are.</param>
    /// <param name="time">Clock and timers of everything.</param>
    /// <param name="loggers">Where logs go.</param>
    /// <param name="meters">Where meters come from; null for one of the network's own.</param>
    internal P2PNode(string name, IOptionsMonitor<P2POptions> monitor, TimeProvider time, ILoggerFactory loggers, IMeterFactory? meters)
    {
        _name = name;
        _monitor = monitor;
        _time = time;
        _loggers = loggers;
        _meters = meters;
        _logger = loggers.CreateLogger<P2PNode>();
    }

    /// <summary>What a host works with; null until started, and once stopped.</summary>
    public NetworkHandler? Handler => Volatile.Read(ref _handler);

    /// <summary>
    /// The same once it is there. Fails with <see cref="P2PStartException"/> or <see cref="OptionsValidationException"/> when the node cannot start, and is
    /// cancelled when it is stopped before.
    /// </summary>
    public Task<NetworkHandler> Started => _started.Task;

    /// <summary>The options of the running node.</summary>
    internal P2POptions Options => _options;

    /// <summary>The configuration of the running node.</summary>
    internal NetworkConfig? Config => _config;

    /// <summary>Since when it runs (UTC).</summary>
    internal DateTimeOffset StartedAt { get; private set; }

    internal TimeProvider Time => _time;

    /// <inheritdoc/>
    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

    /// <inheritdoc/>
    Task IHostedService.StartAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

    /// <inheritdoc/>
    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    /// <summary>Stops the node if the host did not, within <see cref="P2POptions.StopTimeout"/>. Idempotent.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    /// <summary>The same, for a container that is disposed without waiting.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>A host that knows no lifecycle calls only the second of its two callers.</summary>
    private Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop is not null, this);
            return _start ??= StartCoreAsync(cancellationToken);
        }
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // Leaves the lock of StartAsync.
        try
        {
            await BuildAsync(cancellationToken).ConfigureAwait(false);
            NetworkHandler handler = await _network!.StartAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            StartedAt = _time.GetUtcNow();
            Volatile.Write(ref _handler, handler);
            _started.TrySetResult(handler);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _started.TrySetCanceled(cancellationToken);
            throw;
        }
        catch (Exception e)
        {
            Exception told = e is OptionsValidationException ? e : new P2PStartException($"The P2P node{Title()} did not start: {e.Message}", e);
            _started.TrySetException(told);
            _ = _started.Task.Exception; // Nobody has to wait for it: the host is told as well.
            throw told;
        }
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        _options = _monitor.Get(_name);
        _settings = P2PSettings.Read(_options, _time, _loggers, isTrial: false);
        if (_settings.Faults.Count > 0)
        {
            throw new OptionsValidationException(_name, typeof(P2POptions), _settings.Faults); // A file went since the options were checked.
        }

        NetworkConfig config = _settings.Config with { MeterFactory = _meters };
        if (_settings.AdvertiseHost is { } host)
        {
            config = config with { AdvertiseIp = await ResolveAsync(host, cancellationToken).ConfigureAwait(false) };
        }

        _config = _options.Changes.Aggregate(config, (current, change) => change(current));
        _network = Network.Builder(_config).WithTimeProvider(_time).WithLoggerFactory(_loggers).Build();
        if (_config.NodeKey is null)
        {
            _logger.KeyIsForgotten(_config.RollupConfig.L2ChainId);
        }
    }

    /// <summary>The first IPv4 address of a host name (op-node).</summary>
    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] found = await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault() ?? throw new ArgumentException($"{nameof(P2POptions.AdvertiseIp)}: {host} has no IPv4 address.");
    }

    private string Title() =>
        (_name.Length == 0 ? "" : $" \"{_name}\"") + (_config is null ? "" : $" of chain {_config.RollupConfig.L2ChainId}");

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        Task stopping;
        lock (_gate)
        {
            stopping = _isAbandoned ? Task.CompletedTask : _stop ??= StopCoreAsync();
        }

        try
        {
            await stopping.WaitAsync(_options.StopTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException || cancellationToken.IsCancellationRequested)
        {
            lock (_gate)
            {
                _isAbandoned = true; // The container's disposal does not wait again.
            }

            _logger.Abandoned(_config?.RollupConfig.L2ChainId ?? 0);
        }
    }

    /// <summary>The network first; then what it was lent.</summary>
    private async Task StopCoreAsync()
    {
        await Task.Yield(); // Leaves the lock of StopAsync.
        Volatile.Write(ref _handler, null);
        _started.TrySetCanceled();
        if (_start is not null)
        {
            await _start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // The host has the failure.
        }

        if (_network is not null)
        {
            await _network.DisposeAsync().ConfigureAwait(false);
        }

        _settings?.Dispose();
    }
}
