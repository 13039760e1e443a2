using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>A handler for chain 100 whose clock stands at the timestamp of <see cref="TestBlocks"/>, and the sequencer's key.</summary>
internal sealed class BlockHandlerFixture
{
    public const ulong ChainId = 100;

    public BlockHandlerFixture(
        bool jovian = false, BlockHandlerOptions? options = null, Address? signer = null, bool inParallel = false, EarlyHashes? early = null)
    {
        Config = new RollupConfig
        {
            L2ChainId = ChainId,
            L1ChainId = 1,
            BlockTime = 2,
            Genesis = new RollupGenesis(default, default, 0),
            IsthmusTime = 0,
            JovianTime = jovian ? 0UL : null,
        };
        Signers = new UnsafeBlockSigners(signer ?? TestBlocks.Sequencer, Clock);
        Handler = new BlockHandler(Config, Signers, options, Clock) { EarlyHashes = early ?? (inParallel ? new EarlyHashes() : null) };
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeSeconds((long)TestBlocks.Timestamp));

    public RollupConfig Config { get; }

    public UnsafeBlockSigners Signers { get; }

    public BlockHandler Handler { get; }

    public static OpNetworkPayloadEnvelope Sign(ExecutionPayload payload, ulong chainId = ChainId, byte key = 0x46)
    {
        using Secp256k1PrivateKey secret = TestBlocks.NewKey(key);
        return TestBlocks.Envelope(payload).Sign(secret, chainId);
    }

    public string Topic(PayloadVersion version) => Handler.Topics[(int)version - 1];

    /// <summary>Decode and Check, as for a message from the wire.</summary>
    public BlockCheck Check(OpNetworkPayloadEnvelope envelope, PayloadVersion? topic = null) =>
        Check(Topic(topic ?? envelope.Version), envelope.Encode(envelope.Version));

    public BlockCheck Check(string topic, byte[] data) => Handler.Check(new GossipMessage(null, topic, Handler.Decode(topic, data)));

    /// <summary>The same for a message that is decompressed already.</summary>
    public BlockCheck CheckDecompressed(PayloadVersion topic, byte[] message) => Check(Topic(topic), SnappyBlock.Encode(message));

    public BlockInvalidReason Judge(OpNetworkPayloadEnvelope envelope, PayloadVersion? topic = null)
    {
        Handler.Admit(Check(envelope, topic), out BlockInvalidReason reason);
        return reason;
    }
}
