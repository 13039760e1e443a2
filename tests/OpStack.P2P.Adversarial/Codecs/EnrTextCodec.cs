using OpStack.Discv5.Records;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The text form of a node record.</summary>
internal sealed class EnrTextCodec : TextCodec
{
    private Enr? _record;

    public override string Name => "enr-text";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. EnrCodec.Records.Select(record => record.ToString().Utf8())];

    public override int MaxLength => 2_048;

    protected override bool TryParse(string text) => Enr.TryParse(text, out _record);

    public override string? FindBrokenProperty(byte[] input) =>
        Enr.TryParse(_record!.ToString(), out Enr? again) && again.Equals(_record) ? null : "written again it is not read as the same";

    public override byte[] Generate(Random random) => EnrCodec.Full(random).ToString().Utf8();

    public override string? FindLoss(byte[] generated) => Difference(_record!.ToString(), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => TextEdits.Mutate(random, valid, ':', '-', '_', 'A');
}
