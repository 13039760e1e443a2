using OpStack.Discv5.Messages;
using OpStack.Discv5.Records;
using OpStack.Discv5.Tests.Records;
using OpStack.P2P.TestKit;

namespace OpStack.Discv5.Tests.Messages;

public sealed class MessageHostileTests
{
    [Theory]
    [InlineData("", MessageError.Empty)]
    [InlineData("00c20101", MessageError.UnknownType)]
    [InlineData("07c20101", MessageError.UnknownType)]
    [InlineData("0ac20101", MessageError.UnknownType)]
    [InlineData("ff", MessageError.UnknownType)]
    [InlineData("01", MessageError.Malformed)]
    [InlineData("01820101", MessageError.Malformed)]
    [InlineData("01c2010100", MessageError.Malformed)]
    [InlineData("01c101", MessageError.Malformed)]
    [InlineData("01c3010101", MessageError.Malformed)]
    [InlineData("01c20100", MessageError.Malformed)]
    [InlineData("01c3c10101", MessageError.Malformed)]
    [InlineData("01cb8900000000000000000101", MessageError.RequestId)]
    [InlineData("01ca01890100000000000000ff", MessageError.Malformed)]
    [InlineData("02cb0101847f00000182138801", MessageError.Malformed)]
    [InlineData("02c80101847f00000180", MessageError.EndPoint)]
    [InlineData("02cb0101847f00000183010000", MessageError.EndPoint)]
    [InlineData("02c90101837f0000821388", MessageError.EndPoint)]
    [InlineData("02c6010180821388", MessageError.EndPoint)]
    [InlineData("03c50101c20101", MessageError.Malformed)]
    [InlineData("03c601c382010001", MessageError.Malformed)]
    [InlineData("03c20101", MessageError.Malformed)]
    [InlineData("03c501c3820101", MessageError.Distance)]
    [InlineData("03cb01c988ffffffffffffffff", MessageError.Distance)]
    [InlineData("03c301c100", MessageError.Malformed)]
    [InlineData("03c401c2c101", MessageError.Malformed)]
    [InlineData("04c30111c0", MessageError.Total)]
    [InlineData("04c40181ffc0", MessageError.Total)]
    [InlineData("04c20101", MessageError.Malformed)]
    [InlineData("04c3010101", MessageError.Malformed)]
    [InlineData("04c40101c101", MessageError.Malformed)]
    [InlineData("04c40101c001", MessageError.Malformed)]
    [InlineData("05c20101", MessageError.Malformed)]
    [InlineData("05c401010101", MessageError.Malformed)]
    [InlineData("05c30101c0", MessageError.Malformed)]
    [InlineData("06c101", MessageError.Malformed)]
    [InlineData("06c3010101", MessageError.Malformed)]
    [InlineData("06c201c0", MessageError.Malformed)]
    internal void What_is_no_message_is_refused_by_reason(string hex, MessageError expected)
    {
        Assert.False(MessageReader.TryRead(Convert.FromHexString(hex), out Message? message, out MessageError error));
        Assert.Null(message);
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData(257, MessageError.None)]
    [InlineData(258, MessageError.Distance)]
    internal void A_FINDNODE_has_each_distance_at_most_once(int count, MessageError expected)
    {
        byte[] plaintext = Bytes(new FindNode(MessageTests.Id("01"), Enumerable.Repeat(1, count).ToArray()));
        Assert.Equal(expected == MessageError.None, MessageReader.TryRead(plaintext, out _, out MessageError error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_NODES_of_17_records_is_refused_before_any_is_verified()
    {
        Enr record = new EnrBuilder(1).Build(EnrForge.Key);
        byte[] sixteen = Bytes(new Nodes(MessageTests.Id("01"), 1, Enumerable.Repeat(record, 16).ToArray()));
        Assert.True(MessageReader.TryRead(sixteen, out _, out _));

        byte[] seventeen = Bytes(new Nodes(MessageTests.Id("01"), 1, Enumerable.Repeat(record, 17).ToArray()));
        Assert.False(MessageReader.TryRead(seventeen, out _, out MessageError error));
        Assert.Equal(MessageError.Total, error);
        Assert.Equal(0, Mutations.AllocatedBy(() => MessageReader.TryRead(seventeen, out _, out _)));
    }

    [Fact]
    public void A_record_that_does_not_verify_is_left_out_and_counted()
    {
        Enr good = new EnrBuilder(1).Build(EnrForge.Key);
        byte[] plaintext = Bytes(new Nodes(MessageTests.Id("01"), 2, [good, new EnrBuilder(2).Build(EnrForge.Key)]));
        plaintext[^1] ^= 1;
        Assert.True(MessageReader.TryRead(plaintext, out Message? message, out _));
        Nodes nodes = Assert.IsType<Nodes>(message);
        Assert.Equal(good, Assert.Single(nodes.Records));
        Assert.Equal(1, nodes.InvalidRecords);
    }

    [Fact]
    public void No_message_cut_short_is_read() =>
        Assert.All(
            MessageTests.OneOfEach(MessageTests.Id("0102")).SelectMany(message => Mutations.Truncations(Bytes(message))),
            plaintext => Assert.False(MessageReader.TryRead(plaintext, out _, out _)));

    [Fact]
    public void No_id_of_9_bytes_is_taken()
    {
        Assert.True(RequestId.TryCreate(new byte[8], out _));
        Assert.False(RequestId.TryCreate(new byte[9], out _));
    }

    [Fact]
    public void Damaged_messages_neither_throw_nor_allocate_beyond_their_size()
    {
        byte[][] seeds = [.. MessageTests.OneOfEach(MessageTests.Id("0102")).Select(Bytes)];
        Random random = new(54);
        for (int i = 0; i < 6_000; i++)
        {
            byte[] damaged = Mutations.Mutate(random, seeds);
            long allocated = Mutations.AllocatedBy(() => MessageReader.TryRead(damaged, out _, out _));

            // 16 records of 2 KiB each at most, with all they hold; 257 distances of 4 bytes.
            long bound = 1536 + (2 * damaged.Length) + (damaged.Length > 0 && damaged[0] == 4 ? 16 * 2048 : 0);
            Assert.True(allocated <= bound, $"{allocated} bytes for {Convert.ToHexStringLower(damaged)}");

            // What is read comes out as it went in, but for mapped addresses, a total of 0 and records left out.
            if (MessageReader.TryRead(damaged, out Message? message, out _) && message is not (Nodes or Pong))
                Assert.Equal(damaged, Bytes(message));
        }
    }

    private static byte[] Bytes(Message message)
    {
        byte[] bytes = new byte[message.EncodedLength];
        message.Write(bytes);
        return bytes;
    }
}
