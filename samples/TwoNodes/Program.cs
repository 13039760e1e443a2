using System.Net;
using OpStack.P2P;
using OpStack.P2P.Peers;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

// A sequencer and a follower that finds it by discovery. Ends with 0 when a block of the first, signed and gossiped, is one that the second takes.
using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
using Secp256k1PrivateKey sequencerKey = Secp256k1PrivateKey.Generate();
LocalBlockSigner signer = new(sequencerKey);

NetworkConfig config = new()
{
    RollupConfig = new RollupConfig
    {
        L2ChainId = 901,
        L1ChainId = 900,
        BlockTime = 1,
        Genesis = new RollupGenesis(default, default, 0),
    },
    UnsafeBlockSigner = signer.Address,
    ListenIp = IPAddress.Loopback,
    AdvertiseIp = IPAddress.Loopback,
    ListenTcpPort = 0,
    DiscoveryInterval = TimeSpan.FromMilliseconds(200),
};

await using Network sequencer = Network.Builder(config with { Signer = signer }).Build();
NetworkHandler publishing = await sequencer.StartAsync(patience.Token);

BootNodes bootNodes = new([new BootNode(publishing.Discovery!.LocalEnr)]);
await using Network follower = Network.Builder(config with { BootNodes = bootNodes }).Build();
NetworkHandler following = await follower.StartAsync(patience.Token);

// As a sequencer does: a block every second, whoever hears it.
Task sequencing = SequenceAsync();
OpNetworkPayloadEnvelope block = await following.UnsafeBlocks.ReadAsync(patience.Token);
await patience.CancelAsync();
await sequencing;
Console.WriteLine($"block {block.Payload.BlockNumber} {block.Payload.BlockHash} of {signer.Address} has arrived");

async Task SequenceAsync()
{
    Hash256 parent = default;
    using PeriodicTimer seconds = new(TimeSpan.FromSeconds(1));
    try
    {
        for (ulong number = 1; await seconds.WaitForNextTickAsync(patience.Token); number++)
        {
            ExecutionPayload payload = Block(number, parent);
            parent = payload.BlockHash;
            await publishing.Payloads.WriteAsync(OpNetworkPayloadEnvelope.Create(payload, null), patience.Token);
        }
    }
    catch (OperationCanceledException)
    {
        // The block has arrived, or patience has ended.
    }
}

// Of the first version, before Canyon: the chain above has no later fork.
static ExecutionPayload Block(ulong number, Hash256 parent)
{
    ExecutionPayload payload = new()
    {
        ParentHash = parent,
        FeeRecipient = default,
        StateRoot = default,
        ReceiptsRoot = default,
        LogsBloom = new byte[ExecutionPayload.LogsBloomSize],
        PrevRandao = default,
        BlockNumber = number,
        GasLimit = 30_000_000,
        GasUsed = 0,
        Timestamp = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        ExtraData = default,
        BaseFeePerGas = default,
        BlockHash = default,
        Transactions = TransactionList.Create([]),
    };
    return payload with { BlockHash = payload.ComputeBlockHash(null) };
}
