using Microsoft.Extensions.Logging;
using OpStack.Discv5.Records;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Gossip;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// The gossip network of one chain: listens, dials, receives and validates the sequencer's blocks, forwards them, and publishes ours.
/// Made by <see cref="GossipDriverBuilder"/>. It lives on (heartbeats, forwarding) whether or not its events are read.
/// </summary>
public sealed partial class GossipDriver : IAsyncDisposable
{
    private static readonly DialOptions Insisting = new() { IgnoreBackoff = true };

    private readonly RollupConfig _config;
    private readonly Multiaddr _listenAddress;
    private readonly Swarm _swarm;
    private readonly GossipsubService _gossip;
    private readonly IBlockHandler _handler;
    private readonly UnsafeBlockSigners _signers;
    private readonly GossipEventQueue _events;
    private readonly IConnectionGater _gater;
    private readonly GatedDialer _dialer;
    private readonly PeerRecords _records;
    private readonly PeerScoreKeeper _scores;
    private readonly PeerServices _peers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private IDisposable? _observation;
    private Task<Multiaddr>? _start;
    private Task? _disposal;

    internal GossipDriver(
        RollupConfig config,
        Multiaddr listenAddress,
        Swarm swarm,
        GossipsubService gossip,
        IBlockHandler handler,
        UnsafeBlockSigners signers,
        GossipEventQueue events,
        IConnectionGater gater,
        PeerRecords records,
        PeerScoreKeeper scores,
        PeerServices peers,
        ILogger<GossipDriver> logger)
    {
        _config = config;
        _listenAddress = listenAddress;
        _swarm = swarm;
        _gossip = gossip;
        _handler = handler;
        _signers = signers;
        _events = events;
        _gater = gater;
        _dialer = new GatedDialer(new SwarmPeerHost(swarm), gater);
        _records = records;
        _scores = scores;
        _peers = peers;
        _logger = logger;
    }

    /// <summary>Who may sign now, the one before in its grace among them.</summary>
    internal UnsafeBlockSigners Signers => _signers;

    /// <summary>As <see cref="GossipEventQueue.OnBlock"/>; set before the start.</summary>
    internal Action<BlockReceived>? OnBlock
    {
        set => _events.OnBlock = value;
    }

    /// <summary>As <see cref="PeerScoreKeeper.Responses"/>.</summary>
    internal IResponseBook Responses
    {
        set => _scores.Responses = value;
    }

    /// <summary>For the protocols beside gossip that run on the same connections.</summary>
    internal Swarm Host => _swarm;

    /// <summary>The streams of gossip, and what runs on them.</summary>
    internal GossipsubService Gossipsub => _gossip;

    /// <summary>The L2 chain whose blocks are gossiped.</summary>
    public ulong ChainId => _config.L2ChainId;

    /// <summary>Our peer id.</summary>
    public PeerId LocalPeerId => _swarm.LocalPeerId;

    /// <summary>The peers connected now, each once.</summary>
    public IReadOnlyList<PeerId> ConnectedPeers => _swarm.ConnectedPeers;

    /// <summary>The connections open now.</summary>
    public IReadOnlyList<ConnectionInfo> Connections => _swarm.Connections;

    /// <summary>The addresses bound, with real ports, without /p2p; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses => _swarm.ListenAddresses;

    /// <summary>
    /// Whose signature makes a block valid; the zero address for nobody, and then every block is ignored. Settable at any time:
    /// the signer before it stays valid for three hours, or until the new one's first block (op-node's rule).
    /// </summary>
    public Address UnsafeBlockSigner
    {
        get => _signers.Current;
        set => _signers.Current = value;
    }

    /// <summary>Blocks dropped because events were not read in time (at most 64 blocks or 64 MiB wait).</summary>
    public long DroppedBlocks => _events.DroppedBlocks;

    /// <summary>Other events dropped for the same reason (at most 1,024 wait).</summary>
    public long DroppedEvents => _events.DroppedEvents;

    /// <summary>
    /// The events as an async sequence: the same queue as <see cref="NextAsync"/>, with the same rules. Ends after disposal.
    /// </summary>
    public IAsyncEnumerable<GossipEvent> Events => ReadEventsAsync();

    /// <summary>
    /// Listens, joins the block topics, and returns the address bound, without /p2p. Calling it again returns the same, a failure too;
    /// only a start cancelled before it began can be made again.
    /// Throws <see cref="Libp2pException"/> (ListenFailed) when the address cannot be bound.
    /// </summary>
    public Task<Multiaddr> StartAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<Multiaddr>(cancellationToken);
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            return _start ??= StartCoreAsync();
        }
    }

    /// <summary>
    /// The next event in arrival order; null once disposed and drained. Cancelling loses nothing.
    /// Throws <see cref="InvalidOperationException"/> before <see cref="StartAsync"/>, and while another call waits.
    /// </summary>
    public ValueTask<GossipEvent?> NextAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            // After disposal there is an end to read up to, started or not.
            if (_disposal is null)
            {
                RequireStarted();
            }
        }

        return _events.NextAsync(cancellationToken);
    }

    /// <summary>
    /// Publishes a signed block on the topic of its timestamp, after our own validator took it (op-node's rule: what every peer
    /// would refuse is not sent). Returns its message id. Having no peers is no error.
    /// Throws <see cref="PublishException"/> with the reason, <see cref="PayloadEncodingException"/> when the payload is of another
    /// version than its timestamp demands, <see cref="ArgumentException"/> when even compressed it exceeds an RPC (10 MiB),
    /// <see cref="InvalidOperationException"/> before <see cref="StartAsync"/>.
    /// </summary>
    public async ValueTask<MessageId> PublishAsync(OpNetworkPayloadEnvelope envelope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        EncodedBlock block = EncodedBlock.Create(_config, envelope);
        PublishResult result = await _gossip.PublishAsync(block.Topic, block.Data, cancellationToken).ConfigureAwait(false);
        return result.Outcome is PublishOutcome.Published or PublishOutcome.Duplicate
            ? result.Id
            : throw new PublishException(result.Outcome, ReasonOf(block), envelope);
    }

    /// <summary>
    /// Connects to the peer at an address ending in /p2p/…; returns once connected, at once when it is already. Somebody waits for it, so
    /// an address that failed a moment ago is tried all the same; <see cref="Dial(Multiaddr)"/> leaves it alone for a while. Throws
    /// <see cref="Libp2pException"/> as <see cref="Swarm.DialAsync(Multiaddr, CancellationToken)"/> does, and
    /// <see cref="InvalidOperationException"/> before <see cref="StartAsync"/>.
    /// </summary>
    public async ValueTask DialAsync(Multiaddr address, CancellationToken cancellationToken = default)
    {
        // Peers look for meshsub in the first identify answer only (wire.md 14, trap 2): a connection from before would carry no gossip.
        ArgumentNullException.ThrowIfNull(address);
        RequireStarted();
        await DialCoreAsync(address, Insisting, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Begins a dial and returns at once; the outcome comes as <see cref="PeerConnected"/> or <see cref="DialFailed"/>. Nothing comes of
    /// a peer that is connected already. Throws <see cref="InvalidOperationException"/> before <see cref="StartAsync"/>.
    /// </summary>
    public void Dial(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        RequireStarted();
        _ = DialInBackgroundAsync(address);
    }

    /// <summary>
    /// The same for the node of a record, as discovery finds them. False, and nothing is dialled, when its opstack entry is not
    /// of our chain and version 0, it has no address with a TCP port, or it is our own.
    /// </summary>
    public bool Dial(Enr record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (!EnrValidation.Validate(record, _config.L2ChainId).IsValid
            || record.ToMultiaddr() is not { } address
            || LocalPeerId.Equals(address.PeerId))
        {
            return false;
        }

        Dial(address);
        return true;
    }

    /// <summary>Closes every connection to a peer.</summary>
    public ValueTask DisconnectAsync(PeerId peer) => _swarm.DisconnectAsync(peer);

    /// <summary>Measures the round trip to a connected peer over /ipfs/ping/1.0.0; throws as <see cref="Swarm.PingAsync"/> does.</summary>
    public ValueTask<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken = default) => _swarm.PingAsync(peer, cancellationToken);

    /// <summary>The router's state now: mesh, fanout, subscribers, backoffs, caches and counters.</summary>
    public Task<RouterSnapshot> GetSnapshotAsync(CancellationToken cancellationToken = default) => _gossip.GetSnapshotAsync(cancellationToken);

    /// <summary>What the gossip streams and the block handler counted since the driver was built, faults of the handler among it.</summary>
    public GossipsubStatistics Statistics => _gossip.Statistics;

    /// <summary>What a connected peer told of itself; null before identify is done.</summary>
    public IdentifyInfo? GetIdentifyInfo(PeerId peer) => _swarm.GetIdentifyInfo(peer);

    /// <summary>
    /// Leaves the network: gossip first, which waits up to 10 s for a block handler that does not return, then connections, within
    /// <see cref="SwarmOptions.CloseTimeout"/>. Idempotent. Events that came before can still be read; then <see cref="NextAsync"/> gives
    /// null.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= DisposeCoreAsync());
        }
    }

    private void RequireStarted()
    {
        lock (_gate)
        {
            if (_start is null)
            {
                ObjectDisposedException.ThrowIf(_disposal is not null, this);
                throw new InvalidOperationException($"{nameof(GossipDriver)}.{nameof(StartAsync)} must be called first.");
            }
        }
    }

    /// <summary>Why the validator refuses a block: asked again, since a refusal is rare and a reason is what the operator needs.</summary>
    private BlockInvalidReason ReasonOf(EncodedBlock block)
    {
        try
        {
            return _handler.Check(new GossipMessage(null, block.Topic, _handler.Decode(block.Topic, block.Data.Span))).Reason;
        }
        catch (Exception e)
        {
            _logger.HandlerFailed(e); // A handler of the host's own; the refusal itself stands.
            return BlockInvalidReason.None;
        }
    }

    private async Task<Multiaddr> StartCoreAsync()
    {
        _records.Start();
        _observation = _swarm.Observe(new PeerEvents(_events));
        await _gossip.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _scores.Start();
        foreach (string topic in _handler.Topics)
        {
            _gossip.Subscribe(topic);
        }

        // Listening comes last: the first identify answer must list meshsub already (wire.md 14, trap 2).
        Multiaddr bound = _swarm.Listen(_listenAddress);
        _peers.Start();
        return bound;
    }

    private async Task DialInBackgroundAsync(Multiaddr address)
    {
        try
        {
            await DialCoreAsync(address, DialOptions.Default, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it is, a name resolver of the host's included: nobody else would ever see it.
            _events.Add(new DialFailed(address, e.Message));
        }
    }

    private async Task DisposeCoreAsync()
    {
        await Task.Yield(); // Leaves the lock of DisposeAsync.
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_start is not null)
        {
            await ((Task)_start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Its caller has the failure.
        }

        await _peers.DisposeAsync().ConfigureAwait(false);
        await _scores.DisposeAsync().ConfigureAwait(false);
        await _gossip.DisposeAsync().ConfigureAwait(false);
        await _swarm.DisposeAsync().ConfigureAwait(false);
        await _records.DisposeAsync().ConfigureAwait(false);
        _observation?.Dispose();
        _events.Complete();
        _stopping.Dispose();
        _logger.Stopped(LocalPeerId);
    }

    private async IAsyncEnumerable<GossipEvent> ReadEventsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } next)
        {
            yield return next;
        }
    }

    /// <summary>Turns what the swarm tells into events.</summary>
    private sealed class PeerEvents(GossipEventQueue events) : IPeerObserver
    {
        public void OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress) =>
            events.Add(new PeerConnected(peer, direction, remoteAddress));

        public void OnPeerDisconnected(PeerId peer) => events.Add(new PeerDisconnected(peer));

        public void OnPeerIdentified(PeerId peer, IdentifyInfo info) => events.Add(new PeerIdentified(peer, info));
    }
}
