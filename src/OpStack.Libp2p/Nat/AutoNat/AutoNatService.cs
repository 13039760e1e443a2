using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Dialing;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>
/// Tells peers whether they can be reached from outside, by dialling them back (libp2p specs, autonat v1). Dials only the public IP address a
/// peer is seen at, under an identity made for it, and only so often. We ask nobody ourselves. Safe for use from any thread.
/// </summary>
public sealed partial class AutoNatService : IAsyncDisposable
{
    /// <summary>The protocol served.</summary>
    public const string Protocol = "/libp2p/autonat/1.0.0";

    private readonly IProtocolHost _host;
    private readonly ITrialDialer _dialer;
    private readonly AutoNatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly InterfaceAddresses _own;
    private readonly ConcurrentDictionary<AutoNatStatus, long> _answers = new();
    private readonly TaskTracker _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, int> _streams = [];
    private readonly DialBackBudget _budget;
    private int _allStreams;
    private Task? _disposal;

    /// <summary>Creates the service; it serves from <see cref="Start"/> on.</summary>
    /// <param name="swarm">The host; outlives the service.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Events 1420 to 1439; null for nowhere.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public AutoNatService(Swarm swarm, AutoNatOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : this(
            swarm ?? throw new ArgumentNullException(nameof(swarm)),
            swarm.CreateTrialDialer(AutoNatLimits.Attempts, AutoNatLimits.Streams),
            options,
            timeProvider,
            loggerFactory)
    {
    }

    internal AutoNatService(
        IProtocolHost host,
        ITrialDialer dialer,
        AutoNatOptions? options,
        TimeProvider? timeProvider,
        ILoggerFactory? loggerFactory,
        Func<IPAddress[]>? ownAddresses = null)
    {
        _host = host;
        _dialer = dialer;
        _options = options ?? new AutoNatOptions();
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<AutoNatService>();
        _own = new InterfaceAddresses(_time, ownAddresses);
        _budget = new DialBackBudget(_options);
        _stopped = _stopping.Token;
    }

    /// <summary>Requests answered since construction, by what was answered.</summary>
    public IReadOnlyDictionary<AutoNatStatus, long> Answers => new Dictionary<AutoNatStatus, long>(_answers);

    /// <summary>Serves from now on; identify lists the protocol. Call it before the host listens.</summary>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_stopped.IsCancellationRequested, this);
        _host.SetStreamHandler(Protocol, (stream, cancellationToken) => _running.Track(ServeAsync(stream, cancellationToken)));
    }

    /// <summary>Ends what is being served; streams that come later are reset. Idempotent.</summary>
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
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WhenAllAsync().ConfigureAwait(false);
        _dialer.Dispose();
        _stopping.Dispose();
    }

    /// <summary>One request, one answer.</summary>
    private async Task ServeAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        await using (stream.Bytes.ConfigureAwait(false))
        {
            if (!TryEnter(stream.Peer))
            {
                stream.Bytes.Abort();
                _logger.StreamRefused(stream.Peer);
                return;
            }

            using CancellationTokenSource deadline = new(AutoNatLimits.StreamDeadline, _time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token, _stopped);
            try
            {
                await AnswerAsync(stream, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested || _stopped.IsCancellationRequested)
            {
                stream.Bytes.Abort();
                _logger.ExchangeEnded(stream.Peer, deadline.IsCancellationRequested ? "deadline" : "we stop");
            }
            finally
            {
                Leave(stream.Peer);
            }
        }
    }

    private async Task AnswerAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        LengthPrefixedFrame frame = await new LengthPrefixedReader(stream.Bytes)
            .ReadAsync(AutoNatLimits.MaxMessage, cancellationToken).ConfigureAwait(false);
        if (!frame.IsFrame || !AutoNatMessage.TryReadDial(frame.Bytes.Span, out AutoNatDial dial))
        {
            // As go-libp2p: what is no request gets no answer.
            stream.Bytes.Abort();
            _logger.RequestRefused(stream.Peer, frame.IsFrame ? "no DIAL message" : frame.Status.ToString());
            return;
        }

        (AutoNatStatus status, string reason, Multiaddr? address) = await JudgeAsync(stream, dial, cancellationToken).ConfigureAwait(false);
        _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
        _logger.Answered(stream.Peer, status, reason);
        byte[] response = AutoNatMessage.WriteResponse(status, reason, address);
        await stream.Bytes.WriteAsync(LengthPrefix.Frame(response), cancellationToken).ConfigureAwait(false);
        await stream.Bytes.CloseWriteAsync(cancellationToken).ConfigureAwait(false);

        // Its side ends first, because a reset overtakes data; it has nothing left to say.
        if (await stream.Bytes.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) != 0)
        {
            stream.Bytes.Abort();
        }
    }

    private bool TryEnter(PeerId peer)
    {
        lock (_gate)
        {
            int count = _streams.GetValueOrDefault(peer);
            if (_stopped.IsCancellationRequested || _allStreams == AutoNatLimits.Streams || count == AutoNatLimits.StreamsPerPeer)
            {
                return false;
            }

            _streams[peer] = count + 1;
            _allStreams++;
            return true;
        }
    }

    private void Leave(PeerId peer)
    {
        lock (_gate)
        {
            _allStreams--;
            if (--_streams[peer] == 0)
            {
                _streams.Remove(peer);
            }
        }
    }
}
