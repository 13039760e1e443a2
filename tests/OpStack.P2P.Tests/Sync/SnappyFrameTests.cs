using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Sync;

public sealed class SnappyFrameTests
{
    private const int MaxLength = 10 << 20;

    /// <summary>The stream identifier of every stream (framing_format.txt 4.1).</summary>
    private static readonly byte[] Identifier = Convert.FromHexString("ff060000734e61507059");

    public static TheoryData<int> Lengths => [0, 1, 8, 100, 65_535, 65_536, 65_537, 131_072, 300_001];

    // The first from golang/snappy, the others from the req/resp tests of Ethereum's consensus clients. IronSnappy is no oracle here: the
    // checksums of its framed streams are not CRC-32C.
    [Theory]
    [InlineData("010700002598a89a4f4b0a", "4f4b0a")]
    [InlineData("010c00000175de410100000000000000", "0100000000000000")]
    [InlineData("010c0000eab2043e0500000000000000", "0500000000000000")]
    public void Streams_of_other_implementations_are_read(string chunks, string data)
    {
        byte[] frames = [.. Identifier, .. Convert.FromHexString(chunks)];

        Assert.Equal(SyncFault.None, Read(frames, out byte[] read));
        Assert.Equal(data, Convert.ToHexStringLower(read));
    }

    [Fact]
    public void What_does_not_compress_is_written_as_golang_snappy_does() =>
        Assert.Equal("ff060000734e61507059010700002598a89a4f4b0a", Convert.ToHexStringLower(SyncWire.Frames("OK\n"u8)));

    [Fact]
    public void A_compressed_chunk_that_Teku_recorded_is_read()
    {
        byte[] frames = Convert.FromHexString(
            "ff060000734e61507059002d00007e8c1ea2540000aa01007c30a903798306695d21d1faa76363a0070677130835e503760b0e84479b7819e6114b");

        Assert.Equal(SyncFault.None, Read(frames, out byte[] status));
        Assert.Equal(84, status.Length);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_we_write_we_read_in_pieces_of_any_size(int length)
    {
        byte[] data = Sample(length), frames = SyncWire.Frames(data);
        foreach (int pieces in new[] { 1, 7, 4_096, int.MaxValue })
        {
            Assert.Equal(SyncFault.None, Read(frames, out byte[] read, pieces: pieces));
            Assert.Equal(data, read);
        }
    }

    [Fact]
    public void The_checksum_is_the_masked_CRC_32C_of_RFC_3720()
    {
        uint crc = 0xe3069283; // Of "123456789".

        Assert.Equal(((crc >> 15) | (crc << 17)) + 0xa282ead8, SnappyFrames.Checksum("123456789"u8));
    }

    [Fact]
    public void Padding_repeated_identifiers_and_chunks_to_be_skipped_are_passed_over()
    {
        byte[] data = SyncWire.Frames("123456789"u8);
        byte[] frames =
        [
            .. Identifier, .. SyncWire.Chunk(0xfe, new byte[1_000]), .. data, .. SyncWire.Chunk(0x80, [1, 2, 3]), .. SyncWire.Chunk(0xfd, []),
            .. data[Identifier.Length..],
        ];

        Assert.Equal(SyncFault.None, Read(frames, out byte[] read, pieces: 3));
        Assert.Equal("123456789123456789"u8.ToArray(), read);
    }

    [Theory]
    [InlineData("0109000008...", "data before the identifier")]
    [InlineData("ff060000734e61507058", "another magic")]
    [InlineData("ff050000734e615070", "a short identifier")]
    [InlineData("ff060000734e6150705902000000", "a reserved type that must not be skipped")]
    [InlineData("ff060000734e6150705900030000", "data without room for its checksum")]
    [InlineData("ff060000734e61507059010000ff", "16 MiB of data declared")]
    [InlineData("ff060000734e61507059010d00000000000031323334353637 3839", "a wrong checksum")]
    [InlineData("ff060000734e6150705900 0a0000 00000000 ffffffff0f00", "4 GiB declared inside a chunk")]
    [InlineData("ff060000734e6150705900 090000 00000000 8180040000", "65,537 bytes declared inside a chunk")]
    public void What_is_no_framed_snappy_is_broken(string hex, string what)
    {
        byte[] frames = Convert.FromHexString(hex.Replace("...", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));

        Assert.True(Read(frames, out _) == SyncFault.BrokenSnappy, what);
    }

    [Fact]
    public void Every_truncation_is_told()
    {
        byte[] frames = SyncWire.Frames(Sample(70_000));

        foreach (byte[] part in Mutations.Truncations(frames).Where((_, i) => i % 97 == 0))
        {
            // A stream may end after any chunk; the rest must be missing then.
            Assert.True(Read(part, out byte[] read) == SyncFault.Truncated || read.Length is 0 or 65_536);
        }
    }

    [Fact]
    public void Every_flipped_bit_is_told_or_changes_nothing()
    {
        byte[] data = Sample(300);

        foreach (byte[] frames in Mutations.BitFlips(SyncWire.Frames(data)))
        {
            // Only the type of a chunk that is then skipped is not covered by a checksum.
            Assert.True(Read(frames, out byte[] read) != SyncFault.None || read.Length == 0 || read.AsSpan().SequenceEqual(data));
        }
    }

    [Fact]
    public void Mutated_input_never_throws_and_gives_no_more_than_the_limit()
    {
        Random random = new(20_260);
        byte[][] seeds = [SyncWire.Frames(Sample(10)), SyncWire.Frames(Sample(3_000)), SyncWire.Frames(new byte[70_000])];
        for (int i = 0; i < 20_000; i++)
        {
            Read(Mutations.Mutate(random, seeds), out byte[] read, maxLength: 100_000);

            Assert.InRange(read.Length, 0, 100_000);
        }
    }

    [Trait("Attack", "sync-bomb")]
    [Fact]
    public void A_bomb_of_64_KiB_chunks_ends_at_10_MiB_and_holds_no_more_than_twice_that()
    {
        // 3 KiB that become 64 KiB, again and again: 500 KiB on the wire would become 10 MiB and more.
        byte[] frames = SyncWire.Frames(new byte[65_536]);
        byte[] chunk = frames[Identifier.Length..];
        SnappyFrameReader reader = new(MaxLength);
        Assert.True(reader.TryAdd(Identifier, out _));
        SyncFault fault = SyncFault.None;
        int chunks = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.TryAdd(chunk, out fault))
        {
            chunks++;
        }

        Assert.Equal(160, chunks);
        Assert.True(fault is SyncFault.TooLong or SyncFault.BrokenSnappy, fault.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 * MaxLength);
    }

    [Trait("Attack", "sync-bomb")]
    [Fact]
    public void A_declared_length_allocates_nothing_before_its_chunk_has_come()
    {
        SnappyFrameReader reader = new(MaxLength);
        reader.TryAdd(Identifier, out _);
        byte[] header = [0x00, 0xff, 0x2f, 0x01];
        long before = GC.GetAllocatedBytesForCurrentThread();

        reader.TryAdd(header, out _);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 80_000);
    }

    private static SyncFault Read(byte[] frames, out byte[] data, int maxLength = MaxLength, int pieces = int.MaxValue)
    {
        SnappyFrameReader reader = new(maxLength);
        foreach (byte[] piece in frames.Chunk(Math.Max(1, Math.Min(pieces, frames.Length))))
        {
            if (!reader.TryAdd(piece, out SyncFault fault))
            {
                reader.Finish(out data);
                return fault;
            }
        }

        return reader.Finish(out data);
    }

    /// <summary>Half noise, half zeros.</summary>
    private static byte[] Sample(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data.AsSpan(0, length / 2));
        return data;
    }
}
