using System.Globalization;
using System.Net;
using System.Text.Json;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Signing;
using OpStack.Primitives;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>
/// An answer of L1 or of the remote signer, its result read as all that they are asked for: a block, a slot of storage, a signature, a version.
/// <see cref="SigningException"/> is what the reader declares to throw.
/// </summary>
internal sealed class SignerAnswerCodec : FuzzCodec
{
    /// <summary>Method, host and a text of the server's, which is cut at 200 characters.</summary>
    private const int MaxMessage = 300;

    private readonly JsonRpcHttpClient _client = new(new Uri("http://127.0.0.1/"), [], TimeProvider.System);
    private Values _values;
    private Values _generated;
    private string _refusal = "";

    public override string Name => "signer-answer";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Answer(new Values(Block: new L1SignerSource.L1Block(7, new Random(1).Hash()))), Answer(new Values(Slot: new Random(2).Hash())),
        Answer(new Values(Signature: new BlockSignature(new Random(3).Bytes(BlockSignature.Size)))), Answer(new Values(Text: "1.2.3")),
    ];

    // A document of tokens, texts out of it, and at worst an exception with a message and a trace.
    public override long AllocationBudget(int length) => (16 * FixedBudget) + (40L * length);

    public override bool TryDecode(byte[] input)
    {
        try
        {
            _values = _client.Read<Values>("ask", new HttpAnswer(HttpStatusCode.OK, input), TryRead);
            return true;
        }
        catch (SigningException e)
        {
            _refusal = e.Message;
            return false;
        }
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        Values values = _values;
        return TryDecode(Answer(values)) && _values.Written == values.Written ? null : "answered again it is another";
    }

    // It goes into logs and to the host.
    public override string? FindBrokenRefusal(byte[] input) =>
        _refusal.Length > MaxMessage ? $"a refusal of {_refusal.Length} characters"
        : _refusal.Any(char.IsControl) ? "a refusal with control characters"
        : null;

    public override byte[] Generate(Random random)
    {
        byte[] signature = random.Bytes(BlockSignature.Size);
        signature[^1] &= 1;
        _generated = random.Next(4) switch
        {
            0 => new Values(Block: new L1SignerSource.L1Block((ulong)random.NextInt64(), random.Hash())),
            1 => new Values(Slot: random.Hash()),
            2 => new Values(Signature: new BlockSignature(signature)),
            _ => new Values(Text: random.Word(random.Next(1, 60))),
        };
        return Answer(_generated);
    }

    public override string? FindLoss(byte[] generated) => _values.Written == _generated.Written ? null : $"it is read as {_values.Written}";

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, random.Next(4) == 0 ? RpcValues.Error(random) : valid);

    // One reading of the document serves all four; a text that is a hash or a signature is that.
    private static bool TryRead(JsonElement result, out Values values)
    {
        values = L1SignerSource.TryReadBlock(result, out L1SignerSource.L1Block block) ? new Values(Block: block)
            : L1SignerSource.TryReadHash(result, out Hash256 slot) ? new Values(Slot: slot)
            : RemoteBlockSigner.TryReadSignature(result, out BlockSignature signature) ? new Values(Signature: signature)
            : RemoteBlockSigner.TryReadText(result, out string text) ? new Values(Text: text)
            : default;
        return values != default;
    }

    private static byte[] Answer(Values values) => $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{values.Written}}}".Utf8();

    /// <summary>One of the four.</summary>
    private readonly record struct Values(
        L1SignerSource.L1Block? Block = null, Hash256? Slot = null, BlockSignature? Signature = null, string? Text = null)
    {
        public string Written =>
            Block is { } block ? string.Create(CultureInfo.InvariantCulture, $"{{\"number\":\"0x{block.Number:x}\",\"hash\":\"{block.Hash}\"}}")
            : Slot is { } slot ? $"\"{slot}\""
            : Signature is { } signature ? $"\"{signature}\""
            : JsonSerializer.Serialize(Text);
    }
}
