using System.Text.Json;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Rpc.Protocol;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A payload as the parameter of admin_postUnsafePayload. It is read out of JSON that has been checked to be JSON.</summary>
internal sealed class PayloadJsonCodec : FuzzCodec
{
    private ExecutionPayload? _payload;
    private Hash256? _root;

    public override string Name => "payload-json";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Enum.GetValues<PayloadVersion>().Select(version => Written(TestBlocks.Envelope(TestBlocks.Payload(version, [1, 2], []))))];

    // Hex is halved into bytes; names of fields are texts.
    public override long AllocationBudget(int length) => (4 * FixedBudget) + (16L * length);

    public override bool TryDecode(byte[] input)
    {
        try
        {
            Utf8JsonReader whole = new(input, new JsonReaderOptions { MaxDepth = 32 });
            while (whole.Read())
            {
                // What is no JSON does not get to the reader of payloads.
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return System.Text.Unicode.Utf8.IsValid(input) && EnvelopeJson.TryRead(input, out _payload, out _root, out _);
    }

    // A payload may be read whose fields are of no version, or whose root is missing; encoding says so.
    public override string? FindBrokenProperty(byte[] input)
    {
        OpNetworkPayloadEnvelope envelope;
        try
        {
            envelope = OpNetworkPayloadEnvelope.Create(_payload!, _root);
        }
        catch (PayloadEncodingException)
        {
            return null;
        }

        byte[] once = Written(envelope);
        return EnvelopeJson.TryRead(once, out ExecutionPayload? payload, out Hash256? root, out string fault)
            ? Written(OpNetworkPayloadEnvelope.Create(payload, root)).AsSpan().SequenceEqual(once) ? null : "written again it is another"
            : $"written again it is refused: {fault}";
    }

    public override byte[] Generate(Random random) =>
        Written(TestBlocks.Envelope(TestBlocks.Payload(random.OneOf(Enum.GetValues<PayloadVersion>()), random.Bytes(random.Next(50)), random.Bytes(random.Next(50)))));

    public override string? FindLoss(byte[] generated) => Difference(Written(OpNetworkPayloadEnvelope.Create(_payload!, _root)), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static byte[] Written(OpNetworkPayloadEnvelope envelope)
    {
        using MemoryStream written = new();
        using (Utf8JsonWriter json = new(written))
        {
            EnvelopeJson.Write(json, envelope);
        }

        return written.ToArray();
    }
}
