using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The binary form of a multiaddr.</summary>
internal sealed class MultiaddrCodec : FuzzCodec
{
    private Multiaddr? _address;
    private string _text = "";

    public override string Name => "multiaddr";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. MultiaddrTextCodec.Texts.Select(text => Multiaddr.Parse(text).Bytes.ToArray())];

    public override bool TryDecode(byte[] input) => Multiaddr.TryDecode(input, out _address);

    public override string? FindBrokenProperty(byte[] input) =>
        !_address!.Bytes.Span.SequenceEqual(input) ? "its bytes are not those read"
        : !Multiaddr.TryParse(_address.ToString(), out Multiaddr? parsed) ? $"its text is not read: {_address}"
        : parsed.Equals(_address) ? null
        : $"its text is read as another: {_address}";

    public override byte[] Generate(Random random)
    {
        _text = new MultiaddrTextCodec().Generate(random).Utf8Text();
        return Multiaddr.Parse(_text).Bytes.ToArray();
    }

    public override string? FindLoss(byte[] generated) => _address!.ToString() == _text ? null : $"it is read as {_address}";

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);
}
