using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Tests.Yamux;

public class YamuxHeaderTests
{
    [Theory]
    [InlineData("000100010000000100000000", YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 1u, 0u)]
    [InlineData("000200010000000000000001", YamuxFrameType.Ping, YamuxFlags.Syn, 0u, 1u)]
    [InlineData("000200020000000000000001", YamuxFrameType.Ping, YamuxFlags.Ack, 0u, 1u)]
    [InlineData("000300000000000000000000", YamuxFrameType.GoAway, YamuxFlags.None, 0u, 0u)]
    [InlineData("0000000fffffffff80000001", YamuxFrameType.Data, YamuxFlags.All, uint.MaxValue, 0x80000001u)]
    internal void KnownBytes(string hex, YamuxFrameType type, YamuxFlags flags, uint id, uint length)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.True(YamuxHeader.TryRead(bytes, out YamuxHeader header, out YamuxViolation error));
        Assert.Equal(YamuxViolation.None, error);
        Assert.Equal(new YamuxHeader(type, flags, id, length), header);
        byte[] written = new byte[YamuxHeader.Size];
        header.Write(written);
        Assert.Equal(bytes, written);
    }

    [Theory]
    [InlineData("010100010000000100000000", YamuxViolation.Version)]
    [InlineData("ff0100010000000100000000", YamuxViolation.Version)]
    [InlineData("000400010000000100000000", YamuxViolation.FrameType)]
    [InlineData("00ff00010000000100000000", YamuxViolation.FrameType)]
    [InlineData("000100100000000100000000", YamuxViolation.Flags)]
    [InlineData("000180000000000100000000", YamuxViolation.Flags)]
    internal void RefusedBytes(string hex, YamuxViolation expected)
    {
        Assert.False(YamuxHeader.TryRead(Convert.FromHexString(hex), out _, out YamuxViolation error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void TruncatedAtEveryLength()
    {
        byte[] bytes = Convert.FromHexString("000100010000000100000000");
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(YamuxHeader.TryRead(bytes.AsSpan(0, length), out _, out YamuxViolation error));
            Assert.Equal(YamuxViolation.Truncated, error);
        }
    }

    [Fact]
    public void MutatedHeadersReadOnlyWhatTheyWrite()
    {
        Random random = new(5);
        byte[] bytes = new byte[YamuxHeader.Size];
        byte[] written = new byte[YamuxHeader.Size];
        int accepted = 0;
        for (int i = 0; i < 200_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)(random.Next(8) == 0 ? bytes[0] : 0);
            bytes[1] &= 7;
            bytes[2] = (byte)(random.Next(8) == 0 ? bytes[2] : 0);
            bytes[3] &= 31;
            if (YamuxHeader.TryRead(bytes, out YamuxHeader header, out _))
            {
                header.Write(written);
                Assert.Equal(bytes, written);
                accepted++;
            }
        }

        Assert.InRange(accepted, 1_000, 199_000);
    }
}
