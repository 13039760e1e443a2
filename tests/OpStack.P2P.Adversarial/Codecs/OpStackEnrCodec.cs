using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The content of the opstack entry of a record.</summary>
internal sealed class OpStackEnrCodec : FuzzCodec
{
    private OpStackEnr _entry;

    public override string Name => "opstack-enr";

    public override IReadOnlyList<byte[]> Seeds { get; } = [new OpStackEnr(10, 0).Encode(), new OpStackEnr(8_453, 0).Encode(), new OpStackEnr(ulong.MaxValue, 7).Encode()];

    public override long AllocationBudget(int length) => 0;

    public override bool TryDecode(byte[] input) => OpStackEnr.TryDecode(input, out _entry);

    public override string? FindBrokenProperty(byte[] input) =>
        OpStackEnr.TryDecode(_entry.Encode(), out OpStackEnr again) && again == _entry ? null : "written again it is another";

    public override byte[] Generate(Random random) => new OpStackEnr((ulong)random.NextInt64(), (ulong)random.Next(3)).Encode();

    public override string? FindLoss(byte[] generated) => Difference(_entry.Encode(), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);
}
