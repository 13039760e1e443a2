using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Metrics;

namespace OpStack.P2P.Node;

/// <summary>Signs and gossips the sequencer's blocks, one after the other; a block that cannot be is left out, and the next one goes on.</summary>
internal sealed class BlockPublisher(
    GossipDriver gossip,
    IBlockSigner? signer,
    ulong chainId,
    RecentBlocks recent,
    PartBoard board,
    PublishMeasurements measurements,
    TimeProvider time,
    ILogger logger)
{
    private readonly Channel<OpNetworkPayloadEnvelope> _payloads = Channel.CreateBounded<OpNetworkPayloadEnvelope>(NetworkLimits.MaxPayloads);
    private long _published;
    private long _skipped;

    /// <summary>Where payloads to publish are put.</summary>
    public ChannelWriter<OpNetworkPayloadEnvelope> Payloads => _payloads.Writer;

    public long Published => Interlocked.Read(ref _published);

    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Signs and gossips one payload; throws what went wrong.</summary>
    public async ValueTask<MessageId> PublishAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken)
    {
        PublishResultKind failure = PublishResultKind.SigningFailed;
        try
        {
            OpNetworkPayloadEnvelope signed = payload.WithSignature(await SignAsync(payload, cancellationToken).ConfigureAwait(false));
            failure = PublishResultKind.Failed;
            MessageId id = await gossip.PublishAsync(signed, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _published);
            recent.Add(signed, BlockOrigin.Published);
            measurements.Ended(PublishResultKind.Published, time.GetUtcNow());
            logger.Published(payload.Payload.BlockNumber, payload.Payload.BlockHash);
            return id;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            measurements.Ended(KindOf(e, failure), time.GetUtcNow());
            throw;
        }
    }

    public async Task RunAsync(CancellationToken stopped)
    {
        await foreach (OpNetworkPayloadEnvelope payload in _payloads.Reader.ReadAllAsync(stopped).ConfigureAwait(false))
        {
            await PublishSafelyAsync(payload, stopped).ConfigureAwait(false);
        }
    }

    private async Task PublishSafelyAsync(OpNetworkPayloadEnvelope payload, CancellationToken stopped)
    {
        try
        {
            await PublishAsync(payload, stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            Interlocked.Increment(ref _skipped);
            logger.NotPublished(e, payload.Payload.BlockNumber, payload.Payload.BlockHash, e.Message);
        }
    }

    private static PublishResultKind KindOf(Exception e, PublishResultKind otherwise) => e switch
    {
        NetworkException { Error: NetworkError.NoSigner } => PublishResultKind.NoSigner,
        NetworkException { Error: NetworkError.WrongSigner } or SigningException { Error: SigningError.WrongSigner } => PublishResultKind.WrongSigner,
        SigningException { Error: SigningError.Timeout } => PublishResultKind.SigningTimeout,
        PublishException or PayloadEncodingException => PublishResultKind.Refused,
        _ => otherwise,
    };

    private async ValueTask<BlockSignature> SignAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken)
    {
        if (signer is null)
        {
            throw new NetworkException(NetworkError.NoSigner, "The network has no signer.");
        }

        // The one before counts as long as its blocks are valid (op-node's grace): a sequencer may learn of the change later than we do.
        UnsafeBlockSigners wanted = gossip.Signers;
        if (signer.Address != wanted.Current && signer.Address != wanted.Previous)
        {
            throw new NetworkException(NetworkError.WrongSigner, $"The signer is {signer.Address}, and the chain's unsafe block signer {wanted.Current}.");
        }

        try
        {
            BlockSignature signature = await signer.SignAsync(payload.PayloadHash, chainId, cancellationToken)
                .AsTask().WaitAsync(NetworkLimits.SignTimeout, time, cancellationToken).ConfigureAwait(false);
            board.Set(NetworkPart.Signer, PartState.Running);
            return signature;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            board.Fail(NetworkPart.Signer, e.Message, e);
            throw;
        }
    }
}
