using System.Net;
using System.Numerics;
using System.Text.Json;

namespace OpStack.P2P.Rpc.Results;

/// <summary>Why a value is no subnet.</summary>
internal enum SubnetFault
{
    None,

    /// <summary>Neither a text nor an object of texts.</summary>
    WrongType,

    /// <summary>A text that is no CIDR, or bytes that are no address or no base64.</summary>
    Malformed,

    /// <summary>No address or no mask, or a mask that does not fit the address: what op-node calls an invalid request.</summary>
    Incomplete,
}

/// <summary>
/// A subnet as Go's net.IPNet is in JSON, <c>{"IP":"10.0.0.0","Mask":"/wAAAA=="}</c>, or as CIDR text, <c>"10.0.0.0/8"</c>, which op-node's
/// docs and kona have.
/// </summary>
internal static class GoSubnet
{
    private const int Ip4Size = 4;
    private const int Ip6Size = 16;

    /// <summary>Reads the value the reader is at, and leaves it at its end.</summary>
    public static SubnetFault TryRead(ref Utf8JsonReader reader, out IPNetwork subnet)
    {
        subnet = default;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return SubnetFault.Incomplete;
            case JsonTokenType.String:
                return RpcText.TryGet(ref reader, out string? text) && IpText.TryParseSubnet(text, out subnet) ? SubnetFault.None : SubnetFault.Malformed;
            case JsonTokenType.StartObject:
                return TryReadObject(ref reader, out subnet);
            default:
                return SubnetFault.WrongType;
        }
    }

    public static void Write(Utf8JsonWriter writer, IPNetwork subnet)
    {
        byte[] mask = new byte[subnet.BaseAddress.GetAddressBytes().Length];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = (byte)(0xff00 >> Math.Clamp(subnet.PrefixLength - (i * 8), 0, 8));
        }

        writer.WriteStartObject();
        writer.WriteString("IP", subnet.BaseAddress.ToString());
        writer.WriteBase64String("Mask", mask);
        writer.WriteEndObject();
    }

    private static SubnetFault TryReadObject(ref Utf8JsonReader reader, out IPNetwork subnet)
    {
        subnet = default;
        IPAddress? address = null;
        byte[]? mask = null;
        SubnetFault fault = SubnetFault.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIp = reader.ValueTextEquals("IP"u8);
            bool isMask = reader.ValueTextEquals("Mask"u8);
            reader.Read();
            if (!isIp && !isMask)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty))
            {
                (address, mask) = (isIp ? null : address, isMask ? null : mask); // Of one given twice the last counts, as in Go.
                continue;
            }

            bool isRead = isIp ? TryReadAddress(ref reader, out address) : TryReadMask(ref reader, out mask);
            if (!isRead)
            {
                fault = reader.TokenType == JsonTokenType.String ? SubnetFault.Malformed : SubnetFault.WrongType;
                reader.Skip();
            }
        }

        if (fault != SubnetFault.None)
        {
            return fault;
        }

        return address is not null && mask is not null && TryLength(address, mask, out int length) && IpText.TryMask(address, length, out subnet)
            ? SubnetFault.None
            : SubnetFault.Incomplete;
    }

    private static bool TryReadAddress(ref Utf8JsonReader reader, out IPAddress? address)
    {
        address = null;
        return reader.TokenType == JsonTokenType.String && RpcText.TryGet(ref reader, out string? text) && IpText.TryParse(text, out address);
    }

    private static bool TryReadMask(ref Utf8JsonReader reader, out byte[]? mask)
    {
        mask = null;
        return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= RpcLimits.MaxText && reader.TryGetBytesFromBase64(out mask);
    }

    /// <summary>The length of a mask of ones before zeros. Go takes the 16-byte form for an IPv4 address as well, of which the last four count.</summary>
    private static bool TryLength(IPAddress address, ReadOnlySpan<byte> mask, out int length)
    {
        length = 0;
        int size = address.GetAddressBytes().Length;
        mask = size == Ip4Size && mask.Length == Ip6Size ? mask[^Ip4Size..] : mask;
        if (mask.Length != size)
        {
            return false;
        }

        while (length < size * 8 && (mask[length / 8] & (0x80 >> (length % 8))) != 0)
        {
            length++;
        }

        int ones = 0;
        foreach (byte part in mask)
        {
            ones += BitOperations.PopCount(part);
        }

        return ones == length;
    }
}
