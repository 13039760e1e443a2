using Google.Protobuf;
using OpStack.Libp2p.Protobuf;
using OpStack.Libp2p.Tests.Protos;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Protobuf;

public class ProtobufReaderTests
{
    [Fact]
    public void Reads_all_four_wire_types_in_order()
    {
        ProtobufReader reader = new(Convert.FromHexString("08960112026869" + "1d01020304" + "210102030405060708"));

        Assert.True(reader.TryReadTag(out int field, out ProtobufWireType type));
        Assert.Equal((1, ProtobufWireType.Varint), (field, type));
        Assert.True(reader.TryReadVarint(out ulong value));
        Assert.Equal(150UL, value);
        Assert.True(reader.TryReadTag(out field, out type));
        Assert.Equal((2, ProtobufWireType.Bytes), (field, type));
        Assert.True(reader.TryReadBytes(out ReadOnlySpan<byte> bytes, out int offset));
        Assert.Equal("hi"u8, bytes);
        Assert.Equal(5, offset);
        Assert.True(reader.TryReadTag(out field, out type));
        Assert.Equal((3, ProtobufWireType.Fixed32), (field, type));
        Assert.True(reader.TrySkip(type));
        Assert.True(reader.TryReadTag(out field, out type));
        Assert.Equal((4, ProtobufWireType.Fixed64), (field, type));
        Assert.False(reader.AtEnd);
        Assert.True(reader.TrySkip(type));
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void An_inner_reader_counts_offsets_from_the_frame()
    {
        byte[] frame = Convert.FromHexString("0a05" + "1203616263");
        ProtobufReader outer = new(frame);
        Assert.True(outer.TryReadTag(out _, out _));
        Assert.True(outer.TryReadBytes(out ReadOnlySpan<byte> message, out int offset));
        ProtobufReader inner = new(message, offset);
        Assert.True(inner.TryReadTag(out _, out _));
        Assert.True(inner.TryReadBytes(out _, out offset));
        Assert.Equal("abc"u8, frame.AsSpan(offset, 3));
    }

    [Theory]
    [Trait("Row", "9")]
    [InlineData("00", "field number 0")]
    [InlineData("0b", "group start")]
    [InlineData("0c", "group end")]
    [InlineData("0e", "wire type 6")]
    [InlineData("0f", "wire type 7")]
    [InlineData("80", "a tag cut off")]
    [InlineData("888080808001", "a tag over 32 bits")]
    [InlineData("ffffffffffffffffffff01", "a tag of 11 bytes")]
    public void Refuses_tags(string hex, string why)
    {
        ProtobufReader reader = new(Convert.FromHexString(hex));
        Assert.False(reader.TryReadTag(out _, out _), why);
    }

    [Theory]
    [Trait("Row", "9")]
    [InlineData("08ffffffffffffffffff02", "a varint over 64 bits")]
    [InlineData("0880808080808080808080", "a varint of more than 10 bytes")]
    [InlineData("0a03abcd", "a length past the end")]
    [InlineData("0affffffff07abcd", "a length of 2^31-1")]
    [InlineData("0affffffffffffffffff01", "a length of 2^64-1")]
    [InlineData("0af6ffffffffffffffff01", "a length that overflows when the position is added")]
    [InlineData("0d010203", "fixed32 cut off")]
    [InlineData("0901020304050607", "fixed64 cut off")]
    public void Refuses_values(string hex, string why)
    {
        ProtobufReader reader = new(Convert.FromHexString(hex));
        Assert.True(reader.TryReadTag(out _, out ProtobufWireType type));
        Assert.False(reader.TrySkip(type), why);
    }

    [Fact]
    [Trait("Row", "9")]
    public void An_unknown_field_of_a_mebibyte_is_skipped_without_allocation()
    {
        byte[] message = new NoiseHandshakePayloadMessage { IdentityKey = ByteString.CopyFrom(new byte[1 << 20]) }.ToByteArray();
        int fields = 0;
        Assert.Equal(0, Mutations.AllocatedBy(() => fields = Walk(message)));
        Assert.Equal(1, fields);
    }

    [Fact]
    [Trait("Row", "9")]
    public void Deep_nesting_of_groups_ends_at_the_first_tag()
    {
        byte[] groups = new byte[1_000_000];
        groups.AsSpan().Fill(0x0b);
        Assert.Equal(-1, Walk(groups));
    }

    [Fact]
    public void Mutated_messages_never_throw_and_agree_with_the_oracle()
    {
        RpcMessage rpc = new() { Control = new ControlMessage() };
        rpc.Subscriptions.Add(new RpcMessage.Types.SubOpts { Subscribe = true, Topicid = "/optimism/10/3/blocks" });
        rpc.Publish.Add(new PublishMessage { Topic = "t", Data = ByteString.CopyFrom(1, 2, 3), Seqno = ByteString.Empty });
        rpc.Control.Prune.Add(new ControlPrune { TopicID = "t", Backoff = ulong.MaxValue });
        byte[][] seeds = [rpc.ToByteArray(), new IdentifyMessage { AgentVersion = "optimism" }.ToByteArray()];
        Random random = new(1);
        int accepted = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] message = Mutations.Mutate(random, seeds);
            if (Walk(message) >= 0)
            {
                // What ours takes for a protobuf message is one: the oracle reads it as a message without known fields.
                accepted++;
                Google.Protobuf.WellKnownTypes.Empty.Parser.ParseFrom(message);
            }
        }

        Assert.InRange(accepted, 1_000, 49_000);
    }

    /// <summary>The count of fields, or -1 when the message is malformed.</summary>
    private static int Walk(byte[] message)
    {
        ProtobufReader reader = new(message);
        int count = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out _, out ProtobufWireType type) || !reader.TrySkip(type))
            {
                return -1;
            }

            count++;
        }

        return count;
    }
}
