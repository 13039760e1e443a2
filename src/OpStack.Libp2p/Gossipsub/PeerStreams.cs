using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What <see cref="PeerStreams"/> asks of the service that owns it.</summary>
internal interface IPeerStreamsOwner
{
    /// <summary>Our outbound stream is open, on a connection of this direction: tell the router and open the peer's queue for this stream.</summary>
    void OnStreamOpened(PeerStreams peer, GossipsubVersion version, ConnectionDirection direction, int stream);

    /// <summary>There is no outbound stream and there will be none.</summary>
    void OnStreamsEnded(PeerStreams peer);
}

/// <summary>
/// The gossip streams of one connected peer: one outbound, on which we only write, and one inbound, from which we only read (wire.md 9.1).
/// The outbound stream is opened at most <see cref="RpcLimits.StreamAttempts"/> times per connection.
/// </summary>
internal sealed partial class PeerStreams : IDisposable
{
    /// <summary>Protocols offered, the most preferred first.</summary>
    public static readonly IReadOnlyList<string> Protocols = ["/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0"];

    private readonly GossipsubContext _context;
    private readonly IPeerStreamsOwner _owner;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _speaksMeshsub = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _reading = new(1);
    private bool _isGraylisted;

    public PeerStreams(PeerId peer, GossipsubContext context, IPeerStreamsOwner owner, Random random)
    {
        Peer = peer;
        _context = context;
        _owner = owner;
        _random = random;
        _stopped = _stop.Token;
    }

    /// <summary>The peer.</summary>
    public PeerId Peer { get; }

    /// <summary>The peer's score is below the graylist threshold. Set by the router's loop, read by any thread.</summary>
    public bool IsGraylisted
    {
        get => Volatile.Read(ref _isGraylisted);
        set => Volatile.Write(ref _isGraylisted, value);
    }

    /// <summary>What waits to be written.</summary>
    public PeerSendQueue Queue { get; } = new();

    /// <summary>Ends when the outbound side has: nothing is posted for this object afterwards.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Tasks that read inbound streams.</summary>
    public TaskTracker Inbound { get; } = new();

    /// <summary>Opens the outbound stream as soon as <paramref name="previous"/>, the last connection to this peer, has ended.</summary>
    public Task Start(Task previous) => Ended = RunAsync(previous);

    /// <summary>The peer listed its protocols.</summary>
    public void OnIdentified(IdentifyInfo info)
    {
        if (info.Protocols.Any(Protocols.Contains))
        {
            _speaksMeshsub.TrySetResult();
        }
    }

    /// <summary>Ends all streams. Does not wait.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Only after <see cref="Ended"/> and every inbound task.</summary>
    public void Dispose()
    {
        Queue.Dispose();
        _stop.Dispose();
        _reading.Dispose();
    }

    private async Task RunAsync(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            for (int attempt = 1; attempt <= RpcLimits.StreamAttempts; attempt++)
            {
                await AttemptAsync(attempt).ConfigureAwait(false);
                if (attempt < RpcLimits.StreamAttempts)
                {
                    await Task.Delay(DelayAfter(attempt), _context.Time, _stopped).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The peer is gone or we are being disposed.
        }
        catch (Libp2pException e) when (e.Error == Libp2pError.NotConnected)
        {
            // The peer is gone; the host is about to say so.
        }
        catch (Exception e)
        {
            GossipLog.PeerFault(_context.Logger, Peer, e);
        }
        finally
        {
            Queue.Close(int.MaxValue);
            await _stop.CancelAsync().ConfigureAwait(false);
            if (_announced.Task.IsCompleted)
            {
                _owner.OnStreamsEnded(this);
            }
        }
    }

    private TimeSpan DelayAfter(int attempt)
    {
        TimeSpan delay = RpcLimits.MinReopenDelay * Math.Pow(2, attempt - 1);
        return (delay < RpcLimits.MaxReopenDelay ? delay : RpcLimits.MaxReopenDelay) + (RpcLimits.ReopenJitter * _random.NextDouble());
    }
}
