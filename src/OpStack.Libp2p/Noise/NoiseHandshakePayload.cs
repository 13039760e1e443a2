using System.Text;
using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Noise;

/// <summary>
/// The protobuf message inside the second and third handshake message: identity_key = 1, identity_sig = 2, extensions = 4. The former
/// field 3 and webtransport hashes are passed over. The spans lie in the message read.
/// </summary>
internal readonly ref struct NoiseHandshakePayload
{
    /// <summary>The one early muxer we offer; with several, js-libp2p may pick another than the specification says (wire.md section 4).</summary>
    public const string Muxer = "/yamux/1.0.0";

    private const int IdentityKeyField = 1;
    private const int IdentitySignatureField = 2;
    private const int ExtensionsField = 4;
    private const int StreamMuxersField = 2;

    private static readonly byte[] MuxerBytes = Encoding.UTF8.GetBytes(Muxer);
    private static readonly int ExtensionsLength = ProtobufSize.String(StreamMuxersField, Muxer);

    /// <summary>The identity's public key in its protobuf form; empty when absent.</summary>
    public ReadOnlySpan<byte> IdentityKey { get; private init; }

    /// <summary>The identity's signature over the noise static key; empty when absent.</summary>
    public ReadOnlySpan<byte> IdentitySignature { get; private init; }

    /// <summary>Whether the remote's early muxers include <see cref="Muxer"/>.</summary>
    public bool OffersMuxer { get; private init; }

    public static byte[] Encode(ReadOnlySpan<byte> identityKey, ReadOnlySpan<byte> identitySignature)
    {
        byte[] payload = new byte[
            ProtobufSize.Bytes(IdentityKeyField, identityKey.Length)
            + ProtobufSize.Bytes(IdentitySignatureField, identitySignature.Length)
            + ProtobufSize.Bytes(ExtensionsField, ExtensionsLength)];
        ProtobufWriter writer = new(payload);
        writer.WriteBytes(IdentityKeyField, identityKey);
        writer.WriteBytes(IdentitySignatureField, identitySignature);
        writer.WriteHeader(ExtensionsField, ExtensionsLength);
        writer.WriteString(StreamMuxersField, Muxer);
        return payload;
    }

    /// <summary>Reads a payload; repeated fields follow protobuf's rules (the last wins, embedded messages merge).</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out NoiseHandshakePayload payload, out NoiseHandshakeError error)
    {
        payload = default;
        error = NoiseHandshakeError.MalformedPayload;
        ReadOnlySpan<byte> key = default, signature = default;
        int muxers = 0;
        bool offersMuxer = false;
        ProtobufReader reader = new(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            bool read = wireType != ProtobufWireType.Bytes ? reader.TrySkip(wireType) : field switch
            {
                IdentityKeyField => reader.TryReadBytes(out key),
                IdentitySignatureField => reader.TryReadBytes(out signature),
                ExtensionsField => reader.TryReadBytes(out ReadOnlySpan<byte> extensions)
                    && TryReadExtensions(extensions, ref muxers, ref offersMuxer),
                _ => reader.TrySkip(wireType),
            };
            if (!read)
            {
                error = muxers > NoiseLimits.MaxMuxers ? NoiseHandshakeError.TooManyMuxers : error;
                return false;
            }
        }

        payload = new NoiseHandshakePayload { IdentityKey = key, IdentitySignature = signature, OffersMuxer = offersMuxer };
        error = NoiseHandshakeError.None;
        return true;
    }

    private static bool TryReadExtensions(ReadOnlySpan<byte> bytes, ref int muxers, ref bool offersMuxer)
    {
        ProtobufReader reader = new(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            if (field != StreamMuxersField || wireType != ProtobufWireType.Bytes)
            {
                if (!reader.TrySkip(wireType))
                {
                    return false;
                }

                continue;
            }

            if (!reader.TryReadBytes(out ReadOnlySpan<byte> muxer) || ++muxers > NoiseLimits.MaxMuxers)
            {
                return false;
            }

            offersMuxer |= muxer.SequenceEqual(MuxerBytes);
        }

        return true;
    }
}
