using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpStack.Libp2p.Nat;

/// <summary>
/// Keeps ports of ours mapped at the NAT gateway: finds it, asks it by PCP, NAT-PMP or UPnP, renews at half of the lifetime, starts over when
/// the gateway restarts, changes or falls silent, and takes the mappings back at the end. Whatever fails is logged, told in
/// <see cref="Current"/> and tried again. IPv4 only. Safe for use from any thread.
/// </summary>
public sealed partial class PortMapper : IAsyncDisposable
{
    private readonly PortToMap[] _ports;
    private readonly PortMapperOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<GatewayLocation?> _find;
    private readonly Func<PortMappingMethod, GatewayLocation, IPortMappingClient> _connect;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;

    private readonly Lock _gate = new();
    private PortMapperSnapshot _current = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isResting;
    private Task? _loop;
    private Task? _disposal;

    /// <summary>Creates a mapper that asks nothing yet.</summary>
    /// <param name="ports">1 to 8 different ports that are bound already.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Events 1400 to 1419; null for nowhere.</param>
    /// <exception cref="ArgumentException">A port or setting is out of range; the message names it.</exception>
    public PortMapper(
        IReadOnlyList<PortToMap> ports,
        PortMapperOptions? options = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null)
        : this(ports, options, timeProvider, loggerFactory, find: null, connect: null)
    {
    }

    /// <summary>The same with another way to find the gateway and to talk to it: null for the real ones.</summary>
    internal PortMapper(
        IReadOnlyList<PortToMap> ports,
        PortMapperOptions? options,
        TimeProvider? timeProvider,
        ILoggerFactory? loggerFactory,
        Func<GatewayLocation?>? find,
        Func<PortMappingMethod, GatewayLocation, IPortMappingClient>? connect = null)
    {
        ArgumentNullException.ThrowIfNull(ports);
        _options = options ?? new PortMapperOptions();
        _options.Validate();
        _ports = [.. ports];
        Array.ForEach(_ports, p => p.Validate());
        if (_ports.Length is 0 or > NatLimits.MaxPorts || _ports.DistinctBy(p => (p.Protocol, p.InternalPort)).Count() != _ports.Length)
        {
            throw new ArgumentException($"{nameof(ports)} must be 1 to {NatLimits.MaxPorts} different ports.", nameof(ports));
        }

        _time = timeProvider ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<PortMapper>();
        _find = find ?? (() => GatewayFinder.Find(_options.Gateway));
        _connect = connect ?? Connect;
        _stopped = _stopping.Token;
    }

    /// <summary>What is mapped now.</summary>
    public PortMapperSnapshot Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Whether there is nothing to do but wait; for tests that move the clock.</summary>
    internal bool IsResting => Volatile.Read(ref _isResting);

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Begins to look for the gateway, on a task of its own.</summary>
    /// <exception cref="InvalidOperationException">Started already.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            if (_loop is not null)
            {
                throw new InvalidOperationException("The port mapper was started already.");
            }

            _loop = Task.Run(RunAsync);
        }
    }

    /// <summary>
    /// Waits until <see cref="Current"/> is another than <paramref name="known"/>, and returns it; at once when it is already. Changes in
    /// quick succession may be seen as one. After disposal nothing changes any more.
    /// </summary>
    public async Task<PortMapperSnapshot> WaitForChangeAsync(PortMapperSnapshot known, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!ReferenceEquals(known, _current))
                {
                    return _current;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends the mapping, and asks the gateway to take the mappings back, for at most <see cref="PortMapperOptions.CloseTimeout"/>. Idempotent.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= DisposeCoreAsync(_loop));
        }
    }

    private async Task DisposeCoreAsync(Task? loop)
    {
        await Task.Yield(); // Leaves the lock of DisposeAsync.
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (loop is not null)
        {
            await loop.ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private IPortMappingClient Connect(PortMappingMethod method, GatewayLocation gateway) => method switch
    {
        PortMappingMethod.Pcp => new Pcp.PcpClient(gateway.Pcp, _time, RandomNumberGenerator.Fill),
        PortMappingMethod.NatPmp => new NatPmp.NatPmpClient(gateway.Pcp, _time),
        _ => new Upnp.UpnpClient(
            gateway,
            _options.Description,
            _time,
            () => RandomNumberGenerator.GetInt32(Upnp.UpnpLimits.LowestRandomPort, ushort.MaxValue + 1)),
    };

    private void Publish(PortMapperSnapshot snapshot)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _current = snapshot;
        }

        changed.SetResult();
    }
}
