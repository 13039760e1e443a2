using OpStack.Libp2p.Noise;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>A frame sealed where its plaintext lies, against the plain way.</summary>
public class NoiseInPlaceTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, NoiseLimits.KeySize).Select(i => (byte)i)];

    [Fact]
    public void Gives_the_frames_that_the_plain_way_gives_and_touches_nothing_else()
    {
        using NoiseFrameWriter plain = new(new NoiseCipherState(Key));
        using NoiseFrameWriter inPlace = new(new NoiseCipherState(Key));
        Random random = new(3);
        foreach (int length in new[] { 1, 12, 15, 16, 17, 1_000, 65_000, NoiseLimits.MaxSentPlaintext })
        {
            byte[] plaintext = new byte[length];
            random.NextBytes(plaintext);
            byte[] expected = new byte[NoiseFrameWriter.SealedLength(length)];
            Assert.True(plain.TrySeal(plaintext, expected));

            byte[] array = [.. Enumerable.Repeat((byte)0xEE, 5), .. plaintext, .. Enumerable.Repeat((byte)0xEE, NoiseLimits.TagSize + 3)];
            Assert.True(inPlace.TrySealInPlace(array.AsSpan(3, expected.Length)));
            Assert.Equal([0xEE, 0xEE, 0xEE, .. expected, 0xEE, 0xEE, 0xEE], array);
        }
    }

    [Fact]
    public void Allocates_nothing()
    {
        using NoiseFrameWriter writer = new(new NoiseCipherState(Key));
        byte[] array = new byte[1_000];
        Assert.Equal(0, Mutations.AllocatedBy(() => writer.TrySealInPlace(array)));
    }

    [Fact]
    public void An_exhausted_counter_is_told()
    {
        using NoiseFrameWriter writer = new(new NoiseCipherState(Key, ulong.MaxValue));
        Assert.False(writer.TrySealInPlace(new byte[100]));
    }
}
