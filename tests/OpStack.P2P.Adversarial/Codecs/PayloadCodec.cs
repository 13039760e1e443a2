using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A decompressed block message of one version: signature, root, SSZ payload.</summary>
internal sealed class PayloadCodec(PayloadVersion version) : FuzzCodec
{
    private OpNetworkPayloadEnvelope? _envelope;

    public override string Name => $"payload-{version.ToString().ToLowerInvariant()}";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Valid(version), Valid(version, [1, 2, 3]), Valid(version, [], new byte[100], [9])];

    // In V1 the transactions stand last, and SSZ gives the last one what is left: that is another block, with another hash.
    public override bool HasOneLength => version != PayloadVersion.V1;

    // From V2 on the withdrawals stand last, and more of them are another block as well.
    public override bool MayBeLonger(int more) => !HasOneLength || more % PayloadLayout.WithdrawalSize == 0;

    // A transaction of no bytes takes four of the message and is a slice of 16 in memory.
    public override long AllocationBudget(int length) => FixedBudget + (4L * length);

    public override bool TryDecode(byte[] input) => OpNetworkPayloadEnvelope.TryDecode(version, input, out _envelope, out _);

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] again = TestBlocks.Message(OpNetworkPayloadEnvelope.Create(_envelope!.Payload, _envelope.ParentBeaconBlockRoot));
        return !again.AsSpan(BlockSignature.Size).SequenceEqual(input.AsSpan(BlockSignature.Size)) ? "written again it is another"
            : _envelope.Payload.Version != version ? $"it is of {_envelope.Payload.Version}"
            : _envelope.Payload.ComputeBlockHash(_envelope.ParentBeaconBlockRoot) == default ? "it has no hash"
            : null;
    }

    public override byte[] Generate(Random random) =>
        Valid(version, [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Bytes(random.Next(200)))]);

    // The offsets of the SSZ container stand at known places; four bytes anywhere in the fixed part are as good.
    public override string? FindLoss(byte[] generated) => FindBrokenProperty(generated);

    protected override byte[] MutateStructure(Random random, byte[] valid)
    {
        int fixedPart = Math.Min(valid.Length - 4, BlockSignature.Size + Hash256.Size + PayloadLayout.FixedSize(version));
        return NumberEdits.MutateAt(random, valid, random.Next(fixedPart), random.OneOf(1, 4), littleEndian: true);
    }

    private static byte[] Valid(PayloadVersion version, params byte[][] transactions) =>
        TestBlocks.Message(TestBlocks.Envelope(TestBlocks.Payload(version, transactions)));
}
