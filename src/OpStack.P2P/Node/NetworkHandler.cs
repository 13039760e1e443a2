using System.Threading.Channels;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Node;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>What a host works with while a <see cref="Network"/> runs (kona's NetworkHandler). Any thread may call.</summary>
public sealed class NetworkHandler
{
    private readonly DiscoverySupervisor? _discovery;
    private readonly UnsafeBlockFeed _feed;
    private readonly RecentBlocks _recent;
    private readonly GapFiller? _gaps;
    private readonly BlockPublisher _publisher;
    private readonly PartBoard _board;

    internal NetworkHandler(
        GossipDriver gossip,
        DiscoverySupervisor? discovery,
        SyncClient? sync,
        UnsafeBlockFeed feed,
        RecentBlocks recent,
        GapFiller? gaps,
        BlockPublisher publisher,
        ChannelWriter<Address> signerUpdates,
        PartBoard board,
        Func<NetworkHandler, OpP2PRpc> rpc)
    {
        Gossip = gossip;
        Sync = sync;
        SignerUpdates = signerUpdates;
        _discovery = discovery;
        _feed = feed;
        _recent = recent;
        _gaps = gaps;
        _publisher = publisher;
        _board = board;
        Rpc = rpc(this);
    }

    /// <summary>Gossip, peers and connections. Its events are the network's to read: take blocks from <see cref="UnsafeBlocks"/>.</summary>
    public GossipDriver Gossip { get; }

    /// <summary>Discovery; null when it is off, and for a moment while it is begun anew after its socket was lost.</summary>
    public Discv5Handler? Discovery => _discovery?.Handler;

    /// <summary>Fetches blocks by number; null when <see cref="NetworkConfig.SyncByNumber"/> is off.</summary>
    public SyncClient? Sync { get; }

    /// <summary>The RPC of op-node and kona, for whatever carries its bodies (<see cref="NetworkConfig.Rpc"/>).</summary>
    public OpP2PRpc Rpc { get; }

    /// <summary>
    /// Valid blocks: those of gossip as they come, what fills gaps, and what an operator posted; the signature of the latter two may be missing.
    /// Whoever reads too slowly loses the oldest of gossip: at most 64 blocks or 64 MiB wait, and <see cref="GossipDriver.DroppedBlocks"/> counts
    /// what was dropped. Completes when the network is disposed; what was not read then is lost.
    /// </summary>
    public ChannelReader<OpNetworkPayloadEnvelope> UnsafeBlocks => _feed.Blocks;

    /// <summary>
    /// The last 256 unsafe blocks in the order they came, whether or not the host has read them: gossiped, fetched by number, posted, and
    /// published by us.
    /// </summary>
    public IReadOnlyList<RecentBlock> RecentBlocks => _recent.Snapshot();

    /// <summary>All blocks that ever came into <see cref="RecentBlocks"/>.</summary>
    public long RecentBlocksTotal => _recent.Total;

    /// <summary>
    /// Payloads to sign and gossip, in this order; a signature they have is replaced. At most 256 wait. One that cannot be signed or that our own
    /// validator refuses is left out, logged and counted in <see cref="SkippedPayloads"/>, and the next one goes on.
    /// </summary>
    public ChannelWriter<OpNetworkPayloadEnvelope> Payloads => _publisher.Payloads;

    /// <summary>Payloads signed and gossiped since the start.</summary>
    public long PublishedPayloads => _publisher.Published;

    /// <summary>Payloads of <see cref="Payloads"/> that were left out.</summary>
    public long SkippedPayloads => _publisher.Skipped;

    /// <summary>Changes of the unsafe block signer, as <see cref="GossipDriver.UnsafeBlockSigner"/> takes them. At most 16 wait.</summary>
    public ChannelWriter<Address> SignerUpdates { get; }

    /// <summary>How each part does now: for a health check.</summary>
    public IReadOnlyList<PartStatus> Parts => _board.Snapshot();

    /// <summary>
    /// Signs a payload and gossips it, and returns its message id. Throws <see cref="NetworkException"/> (NoSigner, WrongSigner), what the signer
    /// throws, and as <see cref="GossipDriver.PublishAsync"/> does. Not to be mixed with <see cref="Payloads"/> when the order matters.
    /// </summary>
    public ValueTask<MessageId> PublishAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return _publisher.PublishAsync(payload, cancellationToken);
    }

    /// <summary>
    /// Hands a block of the operator's to <see cref="UnsafeBlocks"/> (admin_postUnsafePayload); it is not gossiped, and nobody's signature is
    /// asked for. Waits while the host does not read. Throws <see cref="NetworkException"/>: BadBlockHash, with op-node's text, and Stopped.
    /// </summary>
    public async ValueTask PostUnsafePayloadAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Hash256 actual = payload.Payload.ComputeBlockHash(payload.ParentBeaconBlockRoot);
        if (actual != payload.Payload.BlockHash)
        {
            throw new NetworkException(
                NetworkError.BadBlockHash, $"payload has bad block hash: {payload.Payload.BlockHash}, actual block hash is: {actual}");
        }

        try
        {
            await _feed.AddAsync(payload, cancellationToken).ConfigureAwait(false);
            _recent.Add(payload, BlockOrigin.Posted);
        }
        catch (ChannelClosedException)
        {
            throw new NetworkException(NetworkError.Stopped, "The network is stopped.");
        }
    }

    /// <summary>
    /// Tells where the host's chain ends, so that gaps above it can be filled (<see cref="NetworkConfig.FillGaps"/>; nothing comes of it without).
    /// It may also go back.
    /// </summary>
    public void SetHead(BlockId head) => _gaps?.OnHead(head);
}
