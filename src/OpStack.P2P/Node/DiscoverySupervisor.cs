using System.Net;
using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Node;

/// <summary>
/// Keeps discovery alive: a driver whose service went deaf or lost its socket is disposed and another one begun at the same ports, which
/// is told the bans that still stand. What it finds comes out of one channel, whichever driver found it.
/// </summary>
internal sealed class DiscoverySupervisor : IBanTarget, IAsyncDisposable
{
    private readonly Func<IReadOnlyList<IPEndPoint>?, Discv5Driver> _build;
    private readonly Func<IReadOnlyList<GaterBan>> _bans;
    private readonly PartBoard _board;
    private readonly TimeProvider _time;
    private readonly Channel<Enr> _enrs = Channel.CreateBounded<Enr>(
        new BoundedChannelOptions(DiscoveryLimits.MaxWaitingEnrs) { FullMode = BoundedChannelFullMode.DropOldest });

    private Discv5Driver? _driver;
    private Discv5Handler? _handler;
    private IReadOnlyList<IPEndPoint>? _bound;
    private Task _pump = Task.CompletedTask;
    private RepeatedTask? _looks;
    private bool _wasDeaf;

    // One at a time tells a driver of the mapped address, so that the last word is the newest.
    private readonly SemaphoreSlim _telling = new(1);
    private MappedAddress? _mapped;

    /// <param name="build">Builds a driver; told the end points of the one before it, null the first time.</param>
    /// <param name="bans">The bans of the gater as they stand.</param>
    /// <param name="board">Told of faults.</param>
    /// <param name="time">Clock and timers.</param>
    public DiscoverySupervisor(
        Func<IReadOnlyList<IPEndPoint>?, Discv5Driver> build,
        Func<IReadOnlyList<GaterBan>> bans,
        PartBoard board,
        TimeProvider time)
    {
        _build = build;
        _bans = bans;
        _board = board;
        _time = time;
    }

    /// <summary>The running driver's; null while it is begun anew.</summary>
    public Discv5Handler? Handler => Volatile.Read(ref _handler);

    /// <summary>What was found, by whichever driver. Completes with the disposal.</summary>
    public ChannelReader<Enr> Enrs => _enrs.Reader;

    /// <summary>The first start, whose failure is the caller's; those after it are made here. Once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        _looks = RepeatedTask.Start(NetworkLimits.HealthInterval, _time, LookAsync);
    }

    /// <summary>
    /// Our record names what a NAT gateway maps to us, null for nothing; a driver that is begun anew is told again. To be awaited before the next
    /// call.
    /// </summary>
    public async Task AdvertiseAsync(MappedAddress? mapped, CancellationToken cancellationToken)
    {
        await _telling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _mapped = mapped;
            if (Handler is { } handler)
            {
                await handler.AdvertiseAsync(mapped, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Discv5Exception e) when (e.Error == Discv5Error.Stopped)
        {
            // That driver's time was over; the next one is told.
        }
        finally
        {
            _telling.Release();
        }
    }

    /// <summary>Between two drivers there is nobody to tell: the next one is told all bans that stand.</summary>
    ValueTask IBanTarget.BanAsync(BanOrder order, CancellationToken cancellationToken) =>
        Handler is IBanTarget target ? target.BanAsync(order, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Looks at the driver's health, and begins another one if it was deaf twice: a moment of it passes by itself.</summary>
    internal async Task LookAsync(CancellationToken stopped)
    {
        bool isDeaf = Handler?.Health == Discv5Health.Deaf;
        if (isDeaf && _wasDeaf)
        {
            await RestartAsync(stopped).ConfigureAwait(false);
        }

        _wasDeaf = isDeaf;
    }

    public async ValueTask DisposeAsync()
    {
        if (_looks is not null)
        {
            await _looks.DisposeAsync().ConfigureAwait(false);
        }

        await EndAsync().ConfigureAwait(false);
        _enrs.Writer.TryComplete();
        _telling.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        Discv5Driver driver = _build(_bound);
        try
        {
            Discv5Handler handler = await driver.StartAsync(cancellationToken).ConfigureAwait(false);
            foreach (GaterBan ban in _bans())
            {
                await handler.BanAsync([AddressOf(ban)], ban.Remaining, cancellationToken).ConfigureAwait(false);
            }

            await AnnounceAsync(handler, cancellationToken).ConfigureAwait(false);
            _bound = handler.LocalEndPoints;
            _driver = driver;
            _pump = Task.Run(() => PumpAsync(handler.Enrs), CancellationToken.None);
        }
        catch
        {
            await driver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _board.Set(NetworkPart.Discovery, PartState.Running);
    }

    /// <summary>From now on the handler is the one to tell, and it knows what was told before.</summary>
    private async Task AnnounceAsync(Discv5Handler handler, CancellationToken cancellationToken)
    {
        await _telling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_mapped is not null)
            {
                await handler.AdvertiseAsync(_mapped, cancellationToken).ConfigureAwait(false);
            }

            Volatile.Write(ref _handler, handler);
        }
        finally
        {
            _telling.Release();
        }
    }

    private async Task EndAsync()
    {
        Volatile.Write(ref _handler, null);
        if (_driver is { } driver)
        {
            _driver = null;
            await driver.DisposeAsync().ConfigureAwait(false);
            await _pump.ConfigureAwait(false);
        }
    }

    private async Task RestartAsync(CancellationToken stopped)
    {
        _board.Fail(NetworkPart.Discovery, "It hears nothing any more and is begun anew.");
        TimeSpan pause = NetworkLimits.FirstRestartPause;
        await EndAsync().ConfigureAwait(false);
        while (true)
        {
            try
            {
                await BeginAsync(stopped).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!stopped.IsCancellationRequested)
            {
                // A port that is taken, a network that is down: nothing that must end the rest of the node.
                _board.Fail(NetworkPart.Discovery, e.Message, e);
            }

            await Task.Delay(pause, _time, stopped).ConfigureAwait(false);
            pause = NetworkLimits.RestartPauseAfter(pause);
        }
    }

    private async Task PumpAsync(ChannelReader<Enr> found)
    {
        await foreach (Enr record in found.ReadAllAsync().ConfigureAwait(false))
        {
            _enrs.Writer.TryWrite(record);
        }
    }

    private static Multiaddr AddressOf(GaterBan ban) => ban.Peer is { } peer
        ? Multiaddr.Parse($"/p2p/{peer}")
        : Multiaddr.Parse($"/{(ban.Address!.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "ip4" : "ip6")}/{ban.Address}");
}
