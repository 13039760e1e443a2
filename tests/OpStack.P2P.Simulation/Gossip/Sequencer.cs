using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>Makes the chain's blocks, and those of others who would like to.</summary>
internal sealed class Sequencer(VirtualTime time, int blockSize) : IDisposable
{
    private readonly Secp256k1PrivateKey _key = TestBlocks.NewSequencerKey();

    /// <summary>Whose signature makes a block valid.</summary>
    public static Address Signer => TestBlocks.Sequencer;

    /// <summary>The topic every block of the chain comes on.</summary>
    public static string Topic { get; } = new BlockTopics(GossipNode.Chain.L2ChainId)[PayloadVersion.V4];

    /// <summary>The number of the last block made.</summary>
    public ulong Number { get; private set; } = 1_000;

    /// <summary>The next block, stamped with the present second, and its message id.</summary>
    public (EncodedBlock Block, MessageId Id) Next() => Encode(Sign(++Number, _key));

    /// <summary>A block like ours, signed by somebody else.</summary>
    public (EncodedBlock Block, MessageId Id) Forged(ulong number, Secp256k1PrivateKey key) => Encode(Sign(number, key));

    public void Dispose() => _key.Dispose();

    private static (EncodedBlock Block, MessageId Id) Encode(OpNetworkPayloadEnvelope envelope)
    {
        EncodedBlock block = EncodedBlock.Create(GossipNode.Chain, envelope);
        return (block, MessageIds.Decode(block.Topic, block.Data.Span).Id);
    }

    private OpNetworkPayloadEnvelope Sign(ulong number, Secp256k1PrivateKey key)
    {
        ulong second = (ulong)(VirtualClock.Epoch + time.Now).ToUnixTimeSeconds();
        return TestBlocks.SignedAt(second, PayloadVersion.V4, GossipNode.Chain.L2ChainId, key, number, blockSize);
    }
}
