using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>A signed V4 block as it comes over the wire, and a handler that finds it valid.</summary>
internal sealed class SignedBlock
{
    private const ulong ChainId = 100;

    /// <summary>A block of about this many decompressed bytes.</summary>
    /// <param name="size">How many.</param>
    /// <param name="inParallel">Whether the handler uses two cores.</param>
    public SignedBlock(int size, bool inParallel = false)
        : this(key => TestBlocks.SignedAt(TestBlocks.Timestamp, PayloadVersion.V4, ChainId, key, 1, size), inParallel)
    {
    }

    private SignedBlock(Func<Secp256k1PrivateKey, OpNetworkPayloadEnvelope> create, bool inParallel)
    {
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds((long)TestBlocks.Timestamp));
        Handler = new BlockHandler(TestChains.At(ChainId, PayloadVersion.V4), new UnsafeBlockSigners(TestBlocks.Sequencer, clock), clock: clock)
        {
            EarlyHashes = inParallel ? new EarlyHashes() : null,
        };
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        OpNetworkPayloadEnvelope envelope = create(key);
        Topic = Handler.Topic(TestBlocks.Timestamp);
        Data = envelope.Encode(PayloadVersion.V4);
        Message = TestBlocks.Message(envelope);
    }

    public BlockHandler Handler { get; }

    public string Topic { get; }

    /// <summary>Compressed.</summary>
    public byte[] Data { get; }

    /// <summary>Decompressed.</summary>
    public byte[] Message { get; }

    /// <summary>A block of this many transactions, each of this many bytes.</summary>
    public static SignedBlock OfTransactions(int count, int length)
    {
        Random random = new(count);
        byte[][] transactions = [.. Enumerable.Range(0, count).Select(_ => new byte[length])];
        foreach (byte[] transaction in transactions)
        {
            random.NextBytes(transaction.AsSpan(0, (length / 2) + 1));
        }

        return new SignedBlock(key => TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4, transactions)).Sign(key, ChainId), inParallel: false);
    }

    /// <summary>The whole stateless validation: decompression, message id, signature, format, block hash.</summary>
    public void Validate()
    {
        BlockCheck check = Handler.Check(new GossipMessage(null, Topic, Handler.Decode(Topic, Data)));
        if (check.Reason != BlockInvalidReason.None)
        {
            throw new InvalidOperationException($"A valid block was refused: {check.Reason}.");
        }
    }
}
