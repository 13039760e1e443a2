using System.Net;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Records;
using OpStack.Discv5.Tests.Records;

namespace OpStack.Discv5.Tests.Messages;

/// <summary>The encodings of sigp's tests (wire.md 11.3), both ways, and round trips.</summary>
public sealed class MessageTests
{
    private const string OneRecord =
        "04f87b0101f877f875b84028df8ee09f4a62091f1a8b61f18aad2cfe3eadc6f350d527077f9aebc56098883a47f46c6b49bbb91954238f9e14933277b2bd1e0c45b1771b94cd078c32dacb0182696482763489736563703235366b31a103ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138";

    [Fact]
    public void PING() => AssertBothWays("01c20101", new Ping(Id("01"), 1));

    [Fact]
    public void PONG() => AssertBothWays("02ca0101847f000001821388", new Pong(Id("01"), 1, IPEndPoint.Parse("127.0.0.1:5000")));

    [Fact]
    public void FINDNODE()
    {
        FindNode message = Assert.IsType<FindNode>(Read("03c501c3820100"));
        Assert.Equal([256], message.Distances);
        Assert.Equal("03c501c3820100", Write(new FindNode(Id("01"), [256])));
    }

    [Fact]
    public void NODES_without_records()
    {
        Nodes message = Assert.IsType<Nodes>(Read("04c30101c0"));
        Assert.Equal(1, message.Total);
        Assert.Empty(message.Records);
        Assert.Equal("04c30101c0", Write(message));
    }

    [Fact]
    public void NODES_with_a_record()
    {
        Nodes message = Assert.IsType<Nodes>(Read(OneRecord));
        Enr record = Assert.Single(message.Records);
        Assert.Equal(EnrForge.Key.PublicKey, record.PublicKey);
        Assert.Equal(1ul, record.Sequence);
        Assert.Equal(OneRecord, Write(message));
    }

    [Fact]
    public void PING_of_the_packet_vectors() => AssertBothWays("01c6840000000102", new Ping(Id("00000001"), 2));

    [Fact]
    public void TALKREQ_and_TALKRESP()
    {
        TalkRequest request = Assert.IsType<TalkRequest>(Read(Write(new TalkRequest(Id("02"), "utp"u8.ToArray(), new byte[900]))));
        Assert.Equal("utp"u8.ToArray(), request.Protocol.ToArray());
        Assert.Equal(900, request.Payload.Length);
        TalkResponse response = Assert.IsType<TalkResponse>(Read(Write(new TalkResponse(Id("02"), Array.Empty<byte>()))));
        Assert.True(response.Payload.IsEmpty);
        Assert.Equal("06c20280", Write(response));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0001")]
    [InlineData("80")]
    [InlineData("00000000000000ff")]
    public void A_request_id_comes_back_byte_for_byte(string hex)
    {
        foreach (Message message in OneOfEach(Id(hex)))
        {
            Message read = Read(Write(message));
            Assert.Equal(hex, read.RequestId.ToString());
            Assert.Equal(message.RequestId, read.RequestId);
            Assert.Equal(Write(message), Write(read));
        }
    }

    [Fact]
    public void Ids_that_are_one_number_are_not_one_id()
    {
        Assert.NotEqual(Id("01"), Id("0001"));
        Assert.NotEqual(Id(""), Id("00"));
        Assert.Equal(Id("0001"), Id("0001"));
    }

    [Fact]
    public void A_random_id_has_8_bytes_of_which_the_first_is_not_zero()
    {
        Assert.Equal("8000000000000000", RequestId.FromRandom(0).ToString());
        Assert.Equal("8123456789abcdef", RequestId.FromRandom(0x0123456789abcdef).ToString());
    }

    [Theory]
    [InlineData("10.0.0.1:9", "10.0.0.1:9")]
    [InlineData("[::ffff:10.0.0.1]:9", "10.0.0.1:9")]
    [InlineData("[2001:db9::1]:65535", "[2001:db9::1]:65535")]
    [InlineData("[fe80::1%4]:9", "[fe80::1]:9")]
    public void PONG_carries_the_normal_form_of_an_endpoint(string sent, string received)
    {
        Pong pong = Assert.IsType<Pong>(Read(Write(new Pong(Id("01"), 1, IPEndPoint.Parse(sent)))));
        Assert.Equal(IPEndPoint.Parse(received), pong.Recipient);
    }

    [Fact]
    public void A_mapped_address_received_is_IPv4()
    {
        Pong pong = Assert.IsType<Pong>(Read("02d601019000000000000000000000ffff7f000001821388"));
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:5000"), pong.Recipient);
    }

    [Fact]
    public void A_total_of_0_is_read_as_1() => Assert.Equal(1, Assert.IsType<Nodes>(Read("04c30180c0")).Total);

    [Fact]
    public void The_header_is_read_without_the_rest()
    {
        byte[] plaintext = Convert.FromHexString("04c30901ff");
        Assert.True(MessageReader.TryReadHeader(plaintext, out MessageType type, out RequestId id, out _));
        Assert.Equal(MessageType.Nodes, type);
        Assert.Equal(Id("09"), id);
        Assert.False(MessageReader.TryRead(plaintext, out _, out MessageError error));
        Assert.Equal(MessageError.Malformed, error);
    }

    internal static RequestId Id(string hex)
    {
        Assert.True(RequestId.TryCreate(Convert.FromHexString(hex), out RequestId id));
        return id;
    }

    internal static Message[] OneOfEach(RequestId id) =>
    [
        new Ping(id, 300), new Pong(id, ulong.MaxValue, IPEndPoint.Parse("[2001:db9::1]:9000")), new FindNode(id, [0, 1, 128, 256]),
        new Nodes(id, 3, [new EnrBuilder(1).Build(EnrForge.Key), new EnrBuilder(2).Build(EnrForge.Key)]),
        new TalkRequest(id, "a"u8.ToArray(), new byte[60]), new TalkResponse(id, new byte[600]),
    ];

    internal static string Write(Message message)
    {
        byte[] written = new byte[message.EncodedLength];
        Assert.Equal(written.Length, message.Write(written));
        return Convert.ToHexStringLower(written);
    }

    private static Message Read(string hex)
    {
        Assert.True(MessageReader.TryRead(Convert.FromHexString(hex), out Message? message, out MessageError error));
        Assert.Equal(MessageError.None, error);
        return message;
    }

    private static void AssertBothWays(string hex, Message message)
    {
        Assert.Equal(message, Read(hex));
        Assert.Equal(hex, Write(message));
    }
}
