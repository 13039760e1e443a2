using System.Text.Json;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Rpc.Client;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A server's answer, as our client reads it. <see cref="OpP2PRpcException"/> is what it declares to throw.</summary>
internal sealed class RpcAnswerCodec : FuzzCodec
{
    private PeerStats? _stats;

    public override string Name => "rpc-answer";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [Answer(new PeerStats { Connected = 3, Table = 40, BlocksTopic = 2 }), Answer(new PeerStats())];

    // A document of tokens, and at worst an exception with a message and a trace.
    public override long AllocationBudget(int length) => (16 * FixedBudget) + (40L * length);

    public override bool TryDecode(byte[] input)
    {
        try
        {
            _stats = RpcAnswerReader.Read("opp2p_peerStats", input, 1, RpcJson.Default.PeerStats);
            return true;
        }
        catch (OpP2PRpcException)
        {
            return false;
        }
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        PeerStats? stats = _stats;
        return TryDecode(Answer(stats!)) && stats == _stats ? null : "answered again it is another";
    }

    public override byte[] Generate(Random random) => Answer(new PeerStats { Connected = (uint)random.Next(1_000), Table = (uint)random.Next(), BlocksTopic = (uint)random.Next(99) });

    public override string? FindLoss(byte[] generated) => Difference(Answer(_stats!), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static byte[] Answer(PeerStats stats) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{JsonSerializer.Serialize(stats, RpcJson.Default.PeerStats)}}}".Utf8();
}
