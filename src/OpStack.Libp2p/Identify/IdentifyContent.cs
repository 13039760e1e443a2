using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Identify;

/// <summary>
/// What one identify message of ours says. Rust peers read a single message of at most 4,096 bytes, so what matters least is left out
/// beyond that: first the signed record, then the last addresses, then the last protocols.
/// </summary>
internal sealed record IdentifyContent(
    ReadOnlyMemory<byte> PublicKey,
    Multiaddr[] Addresses,
    string[] Protocols,
    Multiaddr? ObservedAddress,
    string ProtocolVersion,
    string AgentVersion,
    ReadOnlyMemory<byte>? SignedRecord)
{
    /// <summary>The message, without its length prefix.</summary>
    /// <exception cref="InvalidOperationException">The versions alone are too long.</exception>
    public byte[] Encode()
    {
        IdentifyContent content = this;
        int size = content.Size();
        while (size > IdentifyLimits.MaxSentMessage)
        {
            content = content.WithLess();
            size = content.Size();
        }

        byte[] message = new byte[size];
        content.Write(message);
        return message;
    }

    private IdentifyContent WithLess() =>
        SignedRecord is not null ? this with { SignedRecord = null }
        : Addresses.Length > 0 ? this with { Addresses = Addresses[..^1] }
        : Protocols.Length > 0 ? this with { Protocols = Protocols[..^1] }
        : throw new InvalidOperationException("The agent and protocol versions are too long for an identify message.");

    private int Size()
    {
        int size = ProtobufSize.Bytes(IdentifyMessage.PublicKeyField, PublicKey.Length)
            + ProtobufSize.String(IdentifyMessage.ProtocolVersionField, ProtocolVersion)
            + ProtobufSize.String(IdentifyMessage.AgentVersionField, AgentVersion);
        foreach (Multiaddr address in Addresses)
        {
            size += ProtobufSize.Bytes(IdentifyMessage.ListenAddressField, address.Bytes.Length);
        }

        foreach (string protocol in Protocols)
        {
            size += ProtobufSize.String(IdentifyMessage.ProtocolField, protocol);
        }

        size += ObservedAddress is null ? 0 : ProtobufSize.Bytes(IdentifyMessage.ObservedAddressField, ObservedAddress.Bytes.Length);
        return size + (SignedRecord is { } record ? ProtobufSize.Bytes(IdentifyMessage.SignedRecordField, record.Length) : 0);
    }

    private void Write(Span<byte> message)
    {
        ProtobufWriter writer = new(message);
        writer.WriteBytes(IdentifyMessage.PublicKeyField, PublicKey.Span);
        foreach (Multiaddr address in Addresses)
        {
            writer.WriteBytes(IdentifyMessage.ListenAddressField, address.Bytes.Span);
        }

        foreach (string protocol in Protocols)
        {
            writer.WriteString(IdentifyMessage.ProtocolField, protocol);
        }

        if (ObservedAddress is not null)
        {
            writer.WriteBytes(IdentifyMessage.ObservedAddressField, ObservedAddress.Bytes.Span);
        }

        writer.WriteString(IdentifyMessage.ProtocolVersionField, ProtocolVersion);
        writer.WriteString(IdentifyMessage.AgentVersionField, AgentVersion);
        if (SignedRecord is { } record)
        {
            writer.WriteBytes(IdentifyMessage.SignedRecordField, record.Span);
        }
    }
}
