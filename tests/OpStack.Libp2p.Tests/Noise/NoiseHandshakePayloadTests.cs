using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Tests.Noise;

public class NoiseHandshakePayloadTests
{
    private static readonly byte[] Valid = NoiseHandshakePayload.Encode([1, 2, 3], [4, 5]);

    [Fact]
    public void What_is_written_is_read()
    {
        Assert.Equal("0a03010203120204" + "05" + "220e120c2f79616d75782f312e302e30", Convert.ToHexStringLower(Valid));
        Assert.True(NoiseHandshakePayload.TryRead(Valid, out NoiseHandshakePayload payload, out _));
        Assert.Equal([1, 2, 3], payload.IdentityKey.ToArray());
        Assert.Equal([4, 5], payload.IdentitySignature.ToArray());
        Assert.True(payload.OffersMuxer);
    }

    [Theory]
    [InlineData("12020405" + "0a03010203", true)]
    [InlineData("0a0109" + "0a03010203" + "12020405", true)]
    [InlineData("0a03010203" + "12020405" + "0807", true)]
    [InlineData("0a03010203" + "12020405" + "1a020000" + "f87f01" + "fd7f00000000" + "f97f0000000000000000", true)]
    [InlineData("0a03010203" + "12020405" + "2205" + "0a03010203", true)]
    [InlineData("0a03010203" + "12020405" + "2205" + "0a04010203", false)]
    [InlineData("0a03010203" + "12020405" + "2202" + "1001", true)]
    [InlineData("0a03010203" + "12020405" + "23" + "24", false)]
    [InlineData("0a03010203" + "12020405" + "00", false)]
    [InlineData("0a03010203" + "120304", false)]
    [InlineData("0affffffffffffffffff01", false)]
    [InlineData("ffffffffffffffffffff01", false)]
    public void Order_repetition_and_unknown_fields_follow_protobuf(string hex, bool readable)
    {
        Assert.Equal(
            readable, NoiseHandshakePayload.TryRead(Convert.FromHexString(hex), out NoiseHandshakePayload payload, out NoiseHandshakeError error));
        Assert.Equal(readable ? NoiseHandshakeError.None : NoiseHandshakeError.MalformedPayload, error);
        if (readable)
        {
            Assert.Equal([1, 2, 3], payload.IdentityKey.ToArray());
            Assert.Equal([4, 5], payload.IdentitySignature.ToArray());
            Assert.False(payload.OffersMuxer);
        }
    }

    [Fact]
    public void A_hundred_muxers_are_read_and_one_more_is_not()
    {
        byte[] hundred = [0x22, 0xac, 0x02, .. Enumerable.Repeat<byte[]>([0x12, 0x01, 0x61], 100).SelectMany(m => m)];
        Assert.True(NoiseHandshakePayload.TryRead(hundred, out _, out _));
        byte[] merged = [.. hundred, 0x22, 0x03, 0x12, 0x01, 0x61];
        Assert.False(NoiseHandshakePayload.TryRead(merged, out _, out NoiseHandshakeError error));
        Assert.Equal(NoiseHandshakeError.TooManyMuxers, error);
    }

    [Fact]
    public void Only_cuts_between_fields_are_readable()
    {
        int[] boundaries = [0, 5, 9];
        for (int length = 0; length < Valid.Length; length++)
        {
            Assert.Equal(boundaries.Contains(length), NoiseHandshakePayload.TryRead(Valid.AsSpan(0, length), out _, out _));
        }
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        Random random = new(1108);
        int readable = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] mutated = [.. Valid];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            bool read = NoiseHandshakePayload.TryRead(
                mutated.AsSpan(0, random.Next(mutated.Length + 1)), out NoiseHandshakePayload payload, out NoiseHandshakeError error);
            Assert.Equal(read, error == NoiseHandshakeError.None);
            Assert.InRange(payload.IdentityKey.Length + payload.IdentitySignature.Length, 0, mutated.Length);
            readable += read ? 1 : 0;
        }

        Assert.InRange(readable, 1, 49_999);
    }
}
