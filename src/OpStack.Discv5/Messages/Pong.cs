using System.Net;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>PONG [request-id, enr-seq, ip, port]: the number of my record, and the endpoint your PING came from, normalised.</summary>
internal sealed record Pong(RequestId RequestId, ulong EnrSequence, IPEndPoint Recipient) : Message(RequestId)
{
    private const int Ip4Size = 4, Ip6Size = 16;

    internal override MessageType Type => MessageType.Pong;

    protected override int FieldsLength =>
        RlpWriter.LengthOfUInt64(EnrSequence)
        + RlpWriter.LengthOfList(Wire.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Ip6Size : Ip4Size)
        + RlpWriter.LengthOfUInt64((ulong)Wire.Port);

    // geth and sigp send 4 bytes for what a dual-stack socket shows as ::ffff:a.b.c.d.
    private IPEndPoint Wire => AddressScope.Normalise(Recipient);

    internal static MessageError TryRead(RequestId id, ref RlpReader fields, out Message? message)
    {
        message = null;
        if (!fields.TryReadUInt64(out ulong sequence)
            || !fields.TryReadBytes(out ReadOnlySpan<byte> ip)
            || !fields.TryReadUInt64(out ulong port))
            return MessageError.Malformed;
        if (ip.Length is not (Ip4Size or Ip6Size) || port is 0 or > IPEndPoint.MaxPort)
            return MessageError.EndPoint;

        message = new Pong(id, sequence, AddressScope.Normalise(new IPEndPoint(new IPAddress(ip), (int)port)));
        return MessageError.None;
    }

    protected override void WriteFields(ref RlpWriter writer)
    {
        IPEndPoint recipient = Wire;
        Span<byte> ip = stackalloc byte[Ip6Size];
        _ = recipient.Address.TryWriteBytes(ip, out int length);
        writer.WriteUInt64(EnrSequence);
        writer.WriteBytes(ip[..length]);
        writer.WriteUInt64((ulong)recipient.Port);
    }
}
