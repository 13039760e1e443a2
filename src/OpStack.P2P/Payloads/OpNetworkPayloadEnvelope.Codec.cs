using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using OpStack.P2P.Payloads;
using OpStack.Primitives;

namespace OpStack.P2P;

public sealed partial class OpNetworkPayloadEnvelope
{
    /// <summary>Decodes a decompressed block message without copying it. Nothing is verified but the format.</summary>
    /// <param name="version">The version of the topic the message came on.</param>
    /// <param name="message">The whole message; the envelope owns it from here on, and it must never change.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="error">Why it is none.</param>
    public static bool TryDecode(
        PayloadVersion version,
        ReadOnlyMemory<byte> message,
        [NotNullWhen(true)] out OpNetworkPayloadEnvelope? envelope,
        out PayloadDecodeError error)
    {
        if (message.Length < PayloadLimits.MinMessageLength)
        {
            envelope = null;
            error = PayloadDecodeError.InvalidLength;
            return false;
        }

        return TryDecode(version, message, PayloadHash.Compute(message.Span[BlockSignature.Size..]), out envelope, out error);
    }

    /// <summary>The same for a caller that has hashed the body already, to check the signature before anything else.</summary>
    internal static bool TryDecode(
        PayloadVersion version,
        ReadOnlyMemory<byte> message,
        PayloadHash payloadHash,
        [NotNullWhen(true)] out OpNetworkPayloadEnvelope? envelope,
        out PayloadDecodeError error)
    {
        BlockSignature signature = new(message.Span[..BlockSignature.Size]);
        return TryDecode(version, signature, message[BlockSignature.Size..], payloadHash, out envelope, out error);
    }

    /// <summary>Decodes a body that came without a signature, as an answer of the sync protocol; its signature is all zero.</summary>
    internal static bool TryDecodeUnsigned(
        PayloadVersion version,
        ReadOnlyMemory<byte> body,
        [NotNullWhen(true)] out OpNetworkPayloadEnvelope? envelope,
        out PayloadDecodeError error) =>
        TryDecode(version, default, body, PayloadHash.Compute(body.Span), out envelope, out error);

    /// <summary>The transactions of a body before anything else of it is decoded; false when they can not be told apart.</summary>
    internal static bool TryFindTransactions(PayloadVersion version, ReadOnlyMemory<byte> body, out TransactionList transactions)
    {
        transactions = default;
        int rootLength = RootLength(version);
        return body.Length >= rootLength && PayloadReader.TryReadTransactions(version, body[rootLength..], out transactions);
    }

    /// <summary>Encodes the message data as published: snappy block format of the signature and the body.</summary>
    /// <param name="version">The version of the topic it goes to.</param>
    /// <exception cref="PayloadEncodingException">The payload is of another version.</exception>
    public byte[] Encode(PayloadVersion version)
    {
        PayloadWriter.CheckFields(Payload, version);
        int length = BlockSignature.Size + Body.Length;
        byte[] message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Signature.CopyTo(message);
            Body.Span.CopyTo(message.AsSpan(BlockSignature.Size));
            return SnappyBlock.Encode(message.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private static bool TryDecode(
        PayloadVersion version,
        BlockSignature signature,
        ReadOnlyMemory<byte> body,
        PayloadHash payloadHash,
        [NotNullWhen(true)] out OpNetworkPayloadEnvelope? envelope,
        out PayloadDecodeError error)
    {
        envelope = null;
        int rootLength = RootLength(version);
        if (body.Length < rootLength)
        {
            error = PayloadDecodeError.InvalidLength;
            return false;
        }

        if (!PayloadReader.TryRead(version, body[rootLength..], out ExecutionPayload? payload, out error))
        {
            return false;
        }

        Hash256? root = rootLength == 0 ? null : new Hash256(body.Span[..rootLength]);
        envelope = new OpNetworkPayloadEnvelope(payload, root, signature, payloadHash, body);
        return true;
    }

    private static byte[] EncodeBody(ExecutionPayload payload, Hash256? parentBeaconBlockRoot, PayloadVersion version)
    {
        int rootLength = RootLength(version);
        if (parentBeaconBlockRoot is not null != (rootLength != 0))
        {
            throw new PayloadEncodingException(
                "parentBeaconBlockRoot", rootLength == 0 ? $"{version} has no such field" : $"missing, {version} has it");
        }

        byte[] body = new byte[checked(rootLength + PayloadWriter.LengthOf(payload, version))];
        parentBeaconBlockRoot?.CopyTo(body);
        PayloadWriter.Write(payload, version, body.AsSpan(rootLength));
        return body;
    }

    private static int RootLength(PayloadVersion version) => version >= PayloadVersion.V3 ? Hash256.Size : 0;
}
