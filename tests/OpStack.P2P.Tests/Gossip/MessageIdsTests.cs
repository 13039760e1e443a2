using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.Payloads;
using OpStack.P2P.Tests.Payloads;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Gossip;

public sealed class MessageIdsTests
{
    public static TheoryData<int> Listed => OpNodeVectors.Indices("message_id");

    public static TheoryData<int> GoldenMessages => OpNodeVectors.Indices("op_alloy_messages");

    public static TheoryData<int> SelfMadeBlocks => OpNodeVectors.Indices("self_made");

    [Theory]
    [MemberData(nameof(Listed))]
    public void The_listed_data_have_their_ids(int index)
    {
        JsonElement vector = OpNodeVectors.Section("message_id")[index];

        DecodedMessage message = MessageIds.Decode(vector.Text("topic"), vector.Bytes("data"));

        Assert.Equal(vector.Text("id"), message.Id.ToString());
        Assert.Equal(vector.GetProperty("snappy_valid").GetBoolean(), message.IsWellFormed);
        Assert.Equal(vector.TryGetProperty("decompressed", out JsonElement body) ? body.GetString() : "", Hex.Encode(message.Body.Span));
        if (vector.TryGetProperty("legacy_no_topic", out JsonElement legacy))
        {
            // The vector's other form, without the topic, must be what ours is not.
            Assert.NotEqual(legacy.GetString(), message.Id.ToString());
            Assert.Equal(legacy.GetString(), WithoutTopic(message.IsWellFormed, message.IsWellFormed ? message.Body.ToArray() : vector.Bytes("data")));
        }
    }

    [Theory]
    [MemberData(nameof(GoldenMessages))]
    public void The_golden_messages_have_their_ids(int index)
    {
        JsonElement vector = OpNodeVectors.Section("op_alloy_messages")[index];

        DecodedMessage message = MessageIds.Decode(new BlockTopics(10)[vector.Version()], vector.Bytes("snappy_hex"));

        Assert.Equal(vector.Text("message_id_topic_chain10"), message.Id.ToString());
        Assert.Equal(vector.Text("legacy_message_id_no_topic"), WithoutTopic(true, message.Body.ToArray()));
    }

    [Theory]
    [MemberData(nameof(SelfMadeBlocks))]
    public void The_id_does_not_depend_on_how_the_block_is_compressed(int index)
    {
        JsonElement vector = OpNodeVectors.Section("self_made")[index];
        DecodedMessage literal = MessageIds.Decode(vector.Text("topic"), vector.Bytes("snappy_literal_hex"));
        DecodedMessage ours = MessageIds.Decode(vector.Text("topic"), SnappyBlock.Encode(literal.Body.Span));

        Assert.Equal(vector.Text("message_id"), literal.Id.ToString());
        Assert.Equal(literal.Id, ours.Id);
    }

    [Fact]
    public void The_wire_references_three_ids_of_hello()
    {
        // wire.md 12.2.
        const string Topic = "/optimism/10/3/blocks";
        Assert.Equal("08e5f109880a3f4b527ca59df2aa7450a10c7cb6", MessageIds.Compute(Topic, isValidSnappy: true, "hello"u8).ToString());
        Assert.Equal("ff9b04c944469c894df1693e5b4ba81d4acc0bce", MessageIds.Compute(Topic, isValidSnappy: false, "hello"u8).ToString());
        Assert.Equal("79d62a59d0e47597aeb73cb85ba034c3f67f90e8", WithoutTopic(true, "hello"u8.ToArray()));
    }

    [Fact]
    public void Ten_mebibytes_are_still_valid_and_one_byte_more_is_not()
    {
        Assert.True(MessageIds.Decode("test", SnappyBlock.Encode(new byte[10 << 20])).IsWellFormed);
        Assert.False(MessageIds.Decode("test", SnappyBlock.Encode(new byte[(10 << 20) + 1])).IsWellFormed);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(70_000)]
    public void A_topic_of_any_length_is_hashed_whole(int length)
    {
        string topic = new('t', length);
        byte[] expected = SHA256.HashData([1, 0, 0, 0, .. BitConverter.GetBytes((ulong)length), .. Encoding.ASCII.GetBytes(topic), 7]);

        Assert.Equal(Hex.Encode(expected.AsSpan(0, 20)), MessageIds.Compute(topic, isValidSnappy: true, [7]).ToString());
    }

    private static string WithoutTopic(bool valid, byte[] body) => Hex.Encode(SHA256.HashData([valid ? (byte)1 : (byte)0, 0, 0, 0, .. body]).AsSpan(0, 20));
}
