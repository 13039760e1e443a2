using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Gossip.Attacks;

/// <summary>What is wrong with the blocks of a flood.</summary>
public enum InvalidBlock
{
    /// <summary>A signature that no key can have made.</summary>
    BrokenSignature,
    /// <summary>A signature that is some key's, but not the sequencer's.</summary>
    WrongSigner,
    /// <summary>Data that does not decompress.</summary>
    Garbage,
}

/// <summary>Sends every connected node a new invalid block, so many times a second.</summary>
internal sealed class InvalidBlocks : ByzantinePeer
{
    private const int BodyBytes = 1_500;
    private const byte NoRecoveryId = 4;

    private readonly InvalidBlock _kind;
    private readonly long _most;
    private readonly BlockSignature _signature;

    /// <param name="scenario">Where.</param>
    /// <param name="kind">What is wrong with the blocks.</param>
    /// <param name="perSecond">Blocks a second on every connection.</param>
    /// <param name="most">Blocks in all, after which it is quiet.</param>
    public InvalidBlocks(GossipScenario scenario, InvalidBlock kind, double perSecond, long most = long.MaxValue)
        : base(scenario)
    {
        _kind = kind;
        _most = most;
        using Secp256k1PrivateKey key = TestBlocks.NewKey(0x77);
        _signature = BlockSignature.Sign(Hash256.Zero, key);
        Repeat(perSecond, SendOne);
    }

    /// <summary>Blocks sent, over all connections.</summary>
    public long Sent { get; private set; }

    private void SendOne(VirtualLink link)
    {
        if (Sent == _most)
        {
            return;
        }

        Sent++;
        link.SendRaw(RawRpc.Message(Sequencer.Topic, _kind == InvalidBlock.Garbage ? Garbage() : SnappyBlock.Encode(Block())));
    }

    private byte[] Block()
    {
        byte[] body = RandomBytes(BodyBytes);
        if (_kind == InvalidBlock.WrongSigner)
        {
            // Over another payload a true signature is that of some other key.
            _signature.CopyTo(body);
        }
        else
        {
            body[BlockSignature.Size - 1] = NoRecoveryId;
        }

        return body;
    }

    private byte[] Garbage()
    {
        // The length it declares is short enough to be tried.
        byte[] data = RandomBytes(BodyBytes);
        (data[0], data[1]) = (0xFF, 0x01);
        return data;
    }
}
