using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The text of a key file.</summary>
internal sealed class KeyFileCodec : TextCodec
{
    private byte[] _secret = [];
    private byte[] _generated = [];

    public override string Name => "key-file";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [Convert.ToHexStringLower(new Random(1).Bytes(32)).Utf8(), $"0x{Convert.ToHexString(new Random(2).Bytes(32))}\n".Utf8(), $" \t{Convert.ToHexString(new Random(3).Bytes(32))} \r\n".Utf8()];

    public override int MaxLength => 600;

    protected override bool TryParse(string text)
    {
        if (!KeyFile.TryParse(text, out Secp256k1PrivateKey? key))
        {
            return false;
        }

        _secret = new byte[Secp256k1PrivateKey.Size];
        key.Export(_secret);
        key.Dispose();
        return true;
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] secret = _secret;
        return TryParse(Convert.ToHexString(secret)) && _secret.AsSpan().SequenceEqual(secret) ? null : "written again it is another";
    }

    public override byte[] Generate(Random random)
    {
        _generated = [1, .. random.Bytes(31)];
        return $"{random.OneOf("", "0x", "0X")}{Convert.ToHexString(_generated)}{random.OneOf("", "\n", " ")}".Utf8();
    }

    public override string? FindLoss(byte[] generated) => _secret.AsSpan().SequenceEqual(_generated) ? null : "it is another secret";

    protected override byte[] MutateStructure(Random random, byte[] valid) => TextEdits.Mutate(random, valid, 'x', '0', 'A', '\n');
}
