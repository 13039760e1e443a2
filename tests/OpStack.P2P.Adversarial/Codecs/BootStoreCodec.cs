using System.Text.Json;
using OpStack.Discv5.Records;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>bootstore.json as it is read. What its reader declares to throw is refusal: the file is set aside then.</summary>
internal sealed class BootStoreCodec : FuzzCodec
{
    private List<string> _texts = [];

    public override string Name => "boot-store";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        ["[]".Utf8(), JsonSerializer.SerializeToUtf8Bytes(EnrCodec.Records.Select(record => record.ToString())), "[\"enr:-bad\",\"\"]".Utf8()];

    // Texts in memory have two bytes for each; a refusal is an exception with a message and a trace.
    public override long AllocationBudget(int length) => (8 * FixedBudget) + (40L * length);

    public override bool TryDecode(byte[] input)
    {
        try
        {
            _texts = BootStoreFile.ReadTexts(input);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return false;
        }
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        List<string> texts = _texts;
        _ = texts.Count(text => Enr.TryParse(text, out _));
        return TryDecode(JsonSerializer.SerializeToUtf8Bytes(texts)) && _texts.SequenceEqual(texts) ? null : "written again it is another";
    }

    public override byte[] Generate(Random random) =>
        JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(4) == 0 ? random.Word(20) : EnrCodec.Records[random.Next(3)].ToString()));

    public override string? FindLoss(byte[] generated) => Difference(JsonSerializer.SerializeToUtf8Bytes(_texts), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);
}
