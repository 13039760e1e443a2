using System.Buffers.Binary;
using OpStack.Libp2p.Connections.Naming;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A resolver's answer with TXT records, for /dnsaddr.</summary>
internal sealed class DnsTextCodec : FuzzCodec
{
    /// <summary>Longest string of a TXT record.</summary>
    private const int MaxString = 255;

    private static readonly byte[] Question =
        DnsTextMessage.TryWriteQuestion("_dnsaddr.a.test", 0x1234, out byte[] question) ? question : throw new InvalidOperationException();

    private IReadOnlyList<string> _texts = [];
    private string[] _generated = [];

    public override string Name => "dns-text";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Answer("dnsaddr=/ip4/10.0.0.1/tcp/1"), Answer("", "two", new string('a', 200)), Answer()];

    // Three bytes for each byte of a text, and the objects of a record of 13 bytes, of which the runtime makes one more where the text is no UTF-8.
    public override long AllocationBudget(int length) => FixedBudget + (16L * length);

    public override bool TryDecode(byte[] input) => DnsTextMessage.Read(input, Question, out _texts) == DnsAnswer.Records;

    public override string? FindBrokenProperty(byte[] input)
    {
        if (_texts.Sum(text => text.Length) > input.Length)
        {
            return "the texts are longer than the message";
        }

        IReadOnlyList<string> texts = _texts;
        bool isPlain = texts.All(text => text.Length <= MaxString && System.Text.Ascii.IsValid(text));
        return !isPlain || (TryDecode(Answer([.. texts])) && _texts.SequenceEqual(texts)) ? null : "answered again it is another";
    }

    public override byte[] Generate(Random random) =>
        Answer(_generated = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Word(random.Next(200)))]);

    public override string? FindLoss(byte[] generated) => _texts.SequenceEqual(_generated) ? null : "the texts are others";

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);

    // Names of records are a pointer to the question's.
    private static byte[] Answer(params string[] texts)
    {
        byte[] message =
        [
            .. Question[..^11],
            .. texts.SelectMany(text => (byte[])[0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, (byte)((text.Length + 1) >> 8), (byte)(text.Length + 1), (byte)text.Length, .. text.Utf8()]),
        ];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), 0x8180);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)texts.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), 0);
        return message;
    }
}
