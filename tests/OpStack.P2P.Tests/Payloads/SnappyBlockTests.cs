using IronSnappy;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Payloads;

public sealed class SnappyBlockTests
{
    private const int MaxLength = 10 << 20;

    public static TheoryData<string, int> Samples
    {
        get
        {
            TheoryData<string, int> samples = [];
            foreach (string kind in new[] { "random", "text", "zeros", "period", "block" })
            {
                foreach (int length in new[] { 0, 1, 3, 4, 5, 59, 60, 61, 62, 64, 68, 255, 256, 257, 2_047, 4_096, 65_535, 65_536, 65_537, 131_072, 300_001, 2_000_000 })
                {
                    samples.Add(kind, length);
                }
            }

            return samples;
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_we_encode_IronSnappy_and_we_decode(string kind, int length)
    {
        byte[] data = Sample(kind, length);

        byte[] encoded = SnappyBlock.Encode(data);

        Assert.Equal(data, Snappy.Decode(encoded));
        Assert.True(FollowedSnappy.TryDecode(encoded, MaxLength, out byte[]? decoded));
        Assert.Equal(data, decoded);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_IronSnappy_encodes_we_decode(string kind, int length)
    {
        byte[] data = Sample(kind, length);

        Assert.True(FollowedSnappy.TryDecode(Snappy.Encode(data), MaxLength, out byte[]? decoded));

        Assert.Equal(data, decoded);
    }

    [Theory]
    [InlineData("zeros", 0.06)]
    [InlineData("text", 0.75)]
    [InlineData("random", 1.001)]
    public void The_encoder_compresses_what_can_be_compressed(string kind, double ratio) =>
        Assert.InRange(SnappyBlock.Encode(Sample(kind, 1_000_000)).Length, 1, (int)(1_000_000 * ratio));

    [Theory]
    [InlineData("00")]
    [InlineData("8000")]
    [InlineData("80808000")]
    public void The_length_may_be_written_in_more_bytes_than_needed(string hex)
    {
        // Go reads it with binary.Uvarint, which takes 80 00 for 0.
        Assert.True(FollowedSnappy.TryDecode(Hex.Decode(hex), MaxLength, out byte[]? decoded));
        Assert.Empty(decoded);
    }

    [Theory]
    [Trait("Row", "3")]
    [InlineData("", "no length")]
    [InlineData("ff", "length cut off")]
    [InlineData("ffffffffffffffffffff01", "length of more than 64 bits")]
    [InlineData("01", "declares 1, has none")]
    [InlineData("000061", "declares 0, has 1")]
    [InlineData("020061", "declares 2, has 1")]
    [InlineData("010461", "literal of 2 with 1 byte left")]
    [InlineData("01046162", "literal beyond the declared length")]
    [InlineData("0500610100", "copy offset 0")]
    [InlineData("0500610102", "copy offset beyond the output")]
    [InlineData("0400610101", "copy beyond the declared length")]
    [InlineData("05006105", "copy of one-byte offset cut off")]
    [InlineData("0500610e01", "copy of two-byte offset cut off")]
    [InlineData("0500610f010000", "copy of four-byte offset cut off")]
    [InlineData("0500610f010000ff", "copy offset of more than 2^31")]
    [InlineData("01f0", "literal whose length is cut off")]
    [InlineData("01f4ff", "literal whose length is cut off")]
    [InlineData("01fcffffffff", "literal of 2^32 bytes")]
    [InlineData("0501", "copy before anything was written")]
    public void A_malformed_input_is_refused(string hex, string why) =>
        Assert.False(FollowedSnappy.TryDecode(Hex.Decode(hex), MaxLength, out _), why);

    [Theory]
    [InlineData("0500610101", 5)]     // one-byte offset
    [InlineData("0500610e0100", 5)]   // two-byte offset: length 4
    [InlineData("0500610f01000000", 5)]
    [InlineData("05f00061" + "0101", 5)] // literal with a one-byte length
    [InlineData("05f4000061" + "0101", 5)]
    [InlineData("05f800000061" + "0101", 5)]
    [InlineData("05fc0000000061" + "0101", 5)]
    public void Every_kind_of_element_is_read(string hex, int length)
    {
        Assert.True(FollowedSnappy.TryDecode(Hex.Decode(hex), MaxLength, out byte[]? decoded));

        Assert.Equal(Enumerable.Repeat((byte)'a', length), decoded);
        Assert.Equal(decoded, Snappy.Decode(Hex.Decode(hex)));
    }

    [Theory]
    [Trait("Row", "1")]
    [InlineData("8080808002")] // 512 MiB
    [InlineData("ffffffff0f")] // 4 GiB - 1
    [InlineData("80808080808020")] // 2^40
    [InlineData("80808005")] // 10 MiB: allowed, but 8 bytes of elements cannot give it
    [InlineData("81808005")] // 10 MiB + 1
    public void A_declared_length_that_cannot_be_is_refused_before_anything_is_allocated(string header)
    {
        byte[] data = [.. Hex.Decode(header), 0, 0x41, 0xFE, 1, 0, 0xFE, 1, 0];
        bool decodes = true;

        Assert.Equal(0, Mutations.AllocatedBy(() => decodes = FollowedSnappy.TryDecode(data, MaxLength, out _)));
        Assert.False(decodes);
    }

    [Fact]
    [Trait("Row", "2")]
    public void Ten_mebibytes_are_decoded_into_one_array_and_one_byte_more_is_refused()
    {
        byte[] bomb = SnappyBlock.Encode(new byte[MaxLength]);
        byte[] tooLong = SnappyBlock.Encode(new byte[MaxLength + 1]);

        byte[]? decoded = null;

        Assert.InRange(Mutations.AllocatedBy(() => Assert.True(FollowedSnappy.TryDecode(bomb, MaxLength, out decoded))), MaxLength, MaxLength + 256);
        Assert.Equal(MaxLength, decoded!.Length);
        Assert.Equal(0, Mutations.AllocatedBy(() => Assert.False(FollowedSnappy.TryDecode(tooLong, MaxLength, out _))));
    }

    [Fact]
    public void The_bound_on_expansion_holds_for_the_densest_input()
    {
        // One literal byte, then copies of 64 bytes with a two-byte offset: nothing expands more.
        byte[] elements = [0x00, 0x41, .. Enumerable.Repeat(new byte[] { 0xFE, 1, 0 }, 50).SelectMany(copy => copy)];
        const int Length = 1 + (50 * 64);
        byte[] data = [(Length & 0x7F) | 0x80, Length >> 7, .. elements];

        Assert.True(FollowedSnappy.TryDecode(data, MaxLength, out byte[]? decoded));
        Assert.Equal(Length, decoded.Length);
    }

    [Fact]
    [Trait("Row", "3")]
    public void An_encoded_block_cut_at_any_byte_is_refused()
    {
        byte[] encoded = SnappyBlock.Encode(Sample("block", 3_000));
        for (int length = 0; length < encoded.Length; length++)
        {
            Assert.False(FollowedSnappy.TryDecode(encoded.AsSpan(0, length), MaxLength, out _), $"cut at {length}");
        }
    }

    [Fact]
    public void Mutated_input_never_throws_and_gives_what_IronSnappy_gives()
    {
        Random random = new(20_261_121);
        byte[][] seeds = [.. new[] { "text", "zeros", "period", "block" }.Select(kind => SnappyBlock.Encode(Sample(kind, 400)))];
        int accepted = 0;
        for (int round = 0; round < 40_000; round++)
        {
            byte[] data = [.. seeds[round % seeds.Length]];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                // The header's two bytes stay: the oracle allocates what they declare.
                data[random.Next(2, data.Length)] = (byte)random.Next(256);
            }

            bool decodes = FollowedSnappy.TryDecode(data, MaxLength, out byte[]? decoded);
            Assert.Equal(Oracle(data), decodes ? decoded : null);
            accepted += decodes ? 1 : 0;
        }

        // Both outcomes must have occurred, or the comparison has shown nothing.
        Assert.InRange(accepted, 1_000, 39_000);
    }

    private static byte[]? Oracle(byte[] data)
    {
        try
        {
            return Snappy.Decode(data);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static byte[] Sample(string kind, int length)
    {
        Random random = new(length);
        byte[] data = new byte[length];
        switch (kind)
        {
            case "random":
                random.NextBytes(data);
                break;
            case "text":
                string[] words = ["unsafe", "block", "gossip", "mesh", "peer", "the", "of", "a", "sequencer", "optimism"];
                for (int i = 0; i < length;)
                {
                    foreach (char letter in words[random.Next(words.Length)] + " ")
                    {
                        if (i < length)
                        {
                            data[i++] = (byte)letter;
                        }
                    }
                }

                break;
            case "period":
                for (int i = 0; i < length; i++)
                {
                    data[i] = (byte)(i % 7);
                }

                break;
            case "block":
                // As transactions are: words of 32 bytes, most of them nearly zero.
                for (int i = 0; i < length; i++)
                {
                    data[i] = i % 32 < 28 && i % 96 < 64 ? (byte)0 : (byte)random.Next(256);
                }

                break;
        }

        return data;
    }
}
