using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Rpc.Results;

/// <summary>A peer id as base58 text.</summary>
internal sealed class PeerIdConverter : JsonConverter<PeerId>
{
    public override bool HandleNull => true; // A null in a list is no peer.

    public override PeerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PeerId.TryParse(reader.GetString(), out PeerId? peer) ? peer : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, PeerId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>An IP address as text.</summary>
internal sealed class IpAddressConverter : JsonConverter<IPAddress>
{
    public override bool HandleNull => true; // A null in a list is no address.

    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && IpText.TryParse(reader.GetString(), out IPAddress? address) ? address : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A subnet as Go's net.IPNet; read as CIDR text as well, which is kona's form.</summary>
internal sealed class GoSubnetConverter : JsonConverter<IPNetwork>
{
    public override IPNetwork Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        GoSubnet.TryRead(ref reader, out IPNetwork subnet) == SubnetFault.None ? subnet : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, IPNetwork value, JsonSerializerOptions options) => GoSubnet.Write(writer, value);
}

/// <summary>
/// A number. JSON has no infinity and no NaN, and a score may be either, by weights or an application score of the host's: they become the
/// largest number there is, and 0.
/// </summary>
internal sealed class NumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(double.IsNaN(value) ? 0 : Math.Clamp(value, double.MinValue, double.MaxValue));
}

/// <summary>A duration as whole nanoseconds (Go's time.Duration).</summary>
internal sealed class NanosecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromTicks(reader.GetInt64() / TimeSpan.NanosecondsPerTick);

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(ToNanoseconds(value));

    private static long ToNanoseconds(TimeSpan value) =>
        long.CreateSaturating((Int128)value.Ticks * TimeSpan.NanosecondsPerTick);
}

/// <summary>A time as unix seconds.</summary>
internal sealed class UnixSecondsConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        long seconds = reader.GetInt64();
        return seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeSeconds());
}
