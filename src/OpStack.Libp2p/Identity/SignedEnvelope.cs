using System.Diagnostics.CodeAnalysis;
using System.Text;
using OpStack.Libp2p.Protobuf;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Identity;

/// <summary>A payload signed for one purpose, with the key that signed it (libp2p RFC 0002, wire.md 1.3). It exists only with a valid signature.</summary>
internal sealed class SignedEnvelope
{
    private const int KeyField = 1;
    private const int TypeField = 2;
    private const int PayloadField = 3;
    private const int SignatureField = 5;

    private SignedEnvelope(PublicKey signer, byte[] payload)
    {
        Signer = signer;
        Payload = payload;
    }

    /// <summary>Who signed.</summary>
    public PublicKey Signer { get; }

    /// <summary>The bytes that were signed.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Signs and encodes.</summary>
    public static byte[] Seal(KeyPair signer, string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        byte[] signature = signer.Sign(SignedBytes(domain, payloadType, payload));
        ReadOnlySpan<byte> key = signer.PublicKey.Encoded.Span;
        byte[] envelope = new byte[ProtobufSize.Bytes(KeyField, key.Length) + ProtobufSize.Bytes(TypeField, payloadType.Length)
            + ProtobufSize.Bytes(PayloadField, payload.Length) + ProtobufSize.Bytes(SignatureField, signature.Length)];
        ProtobufWriter writer = new(envelope);
        writer.WriteBytes(KeyField, key);
        writer.WriteBytes(TypeField, payloadType);
        writer.WriteBytes(PayloadField, payload);
        writer.WriteBytes(SignatureField, signature);
        return envelope;
    }

    /// <summary>Reads an envelope; false unless its type is <paramref name="payloadType"/> and its signature holds for <paramref name="domain"/>.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> envelope, string domain, ReadOnlySpan<byte> payloadType, [NotNullWhen(true)] out SignedEnvelope? opened)
    {
        opened = null;

        // The cheap comparison comes before the signature.
        if (envelope.Length > IdentityLimits.MaxEnvelope
            || !TryRead(envelope, out Fields fields)
            || !fields.Type.SequenceEqual(payloadType)
            || !PublicKey.TryDecode(fields.Key, out PublicKey? signer)
            || !signer.Verify(SignedBytes(domain, payloadType, fields.Payload), fields.Signature))
        {
            return false;
        }

        opened = new SignedEnvelope(signer, fields.Payload.ToArray());
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> envelope, out Fields fields)
    {
        fields = default;
        ProtobufReader reader = new(envelope);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            ReadOnlySpan<byte> value = default;
            if (wireType == ProtobufWireType.Bytes ? !reader.TryReadBytes(out value) : !reader.TrySkip(wireType))
            {
                return false;
            }

            switch (field, wireType)
            {
                case (KeyField, ProtobufWireType.Bytes):
                    fields.Key = value;
                    break;
                case (TypeField, ProtobufWireType.Bytes):
                    fields.Type = value;
                    break;
                case (PayloadField, ProtobufWireType.Bytes):
                    fields.Payload = value;
                    break;
                case (SignatureField, ProtobufWireType.Bytes):
                    fields.Signature = value;
                    break;
            }
        }

        return true;
    }

    /// <summary>The domain, type and payload, each behind its length: no part can pass for another.</summary>
    private static byte[] SignedBytes(string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> domainBytes = Encoding.ASCII.GetBytes(domain);
        byte[] bytes = new byte[LengthOf(domainBytes) + LengthOf(payloadType) + LengthOf(payload)];
        Span<byte> rest = bytes;
        rest = Append(rest, domainBytes);
        rest = Append(rest, payloadType);
        Append(rest, payload);
        return bytes;
    }

    private static int LengthOf(ReadOnlySpan<byte> part) => Varint.LengthOf((ulong)part.Length) + part.Length;

    private static Span<byte> Append(Span<byte> destination, ReadOnlySpan<byte> part)
    {
        int prefix = Varint.Write(destination, (ulong)part.Length);
        part.CopyTo(destination[prefix..]);
        return destination[(prefix + part.Length)..];
    }

    private ref struct Fields
    {
        public ReadOnlySpan<byte> Key;
        public ReadOnlySpan<byte> Type;
        public ReadOnlySpan<byte> Payload;
        public ReadOnlySpan<byte> Signature;
    }
}
