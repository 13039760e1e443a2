using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Sync;

/// <summary>A chain of linked blocks with true hashes, from a height on; another salt gives another chain.</summary>
internal sealed class SyncChain
{
    public const ulong ChainId = 901;

    private readonly Dictionary<ulong, OpNetworkPayloadEnvelope> _blocks = [];

    public SyncChain(ulong first, int count, RollupConfig? config = null, byte salt = 0, int size = 0)
    {
        Config = config ?? TestChains.At(ChainId, PayloadVersion.V4);
        First = first;
        Hash256 parent = Hash256.Parse(new string('7', 64));
        for (ulong number = first; number < first + (ulong)count; number++)
        {
            OpNetworkPayloadEnvelope block = Build(Config, number, parent, salt, size);
            _blocks[number] = block;
            parent = block.Payload.BlockHash;
            Last = number;
        }
    }

    public RollupConfig Config { get; }

    public ulong First { get; }

    public ulong Last { get; }

    public OpNetworkPayloadEnvelope this[ulong number] => _blocks[number];

    public OpNetworkPayloadEnvelope? Find(ulong number) => _blocks.GetValueOrDefault(number);

    /// <summary>The heights between two, which are known: neither is included.</summary>
    public SyncRange Between(ulong head, ulong end) =>
        SyncRange.TryBetween(head, this[end].Payload, out SyncRange range) ? range : throw new ArgumentException("nothing between");

    /// <summary>A block with a true hash.</summary>
    public static OpNetworkPayloadEnvelope Build(RollupConfig config, ulong number, Hash256 parent, byte salt = 0, int size = 0)
    {
        ulong timestamp = config.Genesis.L2Time + ((number - config.Genesis.L2.Number) * config.BlockTime);
        byte[] noise = new byte[size];
        new Random((int)number).NextBytes(noise);
        byte[][] transactions = size == 0 ? [] : [noise];
        return TestBlocks.Envelope(TestBlocks.Rehash(TestBlocks.Payload(config.PayloadVersionAt(timestamp), transactions) with
        {
            ParentHash = parent,
            BlockNumber = number,
            Timestamp = timestamp,
            GasUsed = salt,
        }));
    }
}
