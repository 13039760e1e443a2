using Google.Protobuf;
using OpStack.Libp2p.Protobuf;
using OpStack.Libp2p.Tests.Protos;

namespace OpStack.Libp2p.Tests.Protobuf;

public class ProtobufWriterTests
{
    [Theory]
    [InlineData(0, 0UL)]
    [InlineData(1, 1UL)]
    [InlineData(127, 300UL)]
    [InlineData(128, ulong.MaxValue)]
    [InlineData(70_000, 1UL << 63)]
    public void Writes_what_the_oracle_writes(int length, ulong backoff)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        string topic = "/optimism/10/3/blöcke";
        PeerInfoMessage peer = new() { PeerID = ByteString.CopyFrom(data) };
        byte[] expected = new ControlPrune { TopicID = topic, Backoff = backoff, Peers = { peer } }.ToByteArray();

        int inner = ProtobufSize.Bytes(1, length);
        byte[] written = new byte[ProtobufSize.String(1, topic) + ProtobufSize.Bytes(2, inner) + ProtobufSize.Varint(3, backoff)];
        ProtobufWriter writer = new(written);
        writer.WriteString(1, topic);
        writer.WriteHeader(2, inner);
        writer.WriteBytes(1, data);
        writer.WriteVarint(3, backoff);

        Assert.Equal(written.Length, writer.Written);
        Assert.Equal(expected, written);
    }

    [Fact]
    public void High_field_numbers_take_long_tags()
    {
        byte[] expected = new ControlExtensions { TestExtension = true }.ToByteArray();
        byte[] written = new byte[ProtobufSize.Varint(6492434, 1)];
        new ProtobufWriter(written).WriteVarint(6492434, 1);
        Assert.Equal(expected, written);
    }
}
