using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Encoding;

public class RlpWriterTests
{
    [Theory]
    [InlineData(0, "c0")]
    [InlineData(55, "f7")]
    [InlineData(56, "f838")]
    [InlineData(255, "f8ff")]
    [InlineData(256, "f90100")]
    [InlineData(65_535, "f9ffff")]
    [InlineData(65_536, "fa010000")]
    [InlineData(16_777_216, "fb01000000")]
    [InlineData(int.MaxValue, "fb7fffffff")]
    public void List_prefixes(int payloadLength, string prefix)
    {
        byte[] buffer = new byte[5];
        RlpWriter writer = new(buffer);
        writer.WriteListPrefix(payloadLength);

        Assert.Equal(prefix, Convert.ToHexStringLower(buffer.AsSpan(0, writer.Written)));
        Assert.Equal(prefix.Length / 2, RlpWriter.LengthOfPrefix(payloadLength));
        if (payloadLength < int.MaxValue)
            Assert.Equal((prefix.Length / 2) + payloadLength, RlpWriter.LengthOfList(payloadLength));
        else
            Assert.Throws<OverflowException>(() => RlpWriter.LengthOfList(payloadLength));
    }

    [Fact]
    public void String_lengths_around_every_border()
    {
        foreach (int length in (int[])[0, 1, 2, 54, 55, 56, 57, 255, 256, 257, 65_535, 65_536])
        {
            foreach (byte fill in (byte[])[0, 0x7f, 0x80, 0xff])
            {
                byte[] payload = new byte[length];
                Array.Fill(payload, fill);
                byte[] encoded = RlpTree.Of(payload).Write();
                Assert.Equal(payload, RlpTree.Read(encoded)!.Bytes);
            }
        }
    }

    [Fact]
    public void Fixed_size_values_take_their_prefix()
    {
        byte[] buffer = new byte[33 + 21];
        RlpWriter writer = new(buffer);
        writer.WriteHash256(Hash256.Zero);
        writer.WriteAddress(default);

        Assert.Equal(54, writer.Written);
        Assert.Equal((0xa0, 0x94), (buffer[0], buffer[33]));
    }

    [Fact]
    public void A_short_destination_throws()
    {
        Assert.Throws<ArgumentException>(() => new RlpWriter(new byte[3]).WriteBytes([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => new RlpWriter([]).WriteListPrefix(0));
        Assert.Throws<ArgumentException>(() => new RlpWriter(new byte[8]).WriteUInt64(ulong.MaxValue));
        Assert.Throws<ArgumentException>(() => new RlpWriter(new byte[32]).WriteUInt256(UInt256.MaxValue));
        Assert.Throws<ArgumentException>(() => new RlpWriter(new byte[32]).WriteHash256(Hash256.Zero));
    }
}
