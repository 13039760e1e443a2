using System.Buffers.Binary;
using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>The data phase as a pure exchange of bytes; attack-cases row 18.</summary>
[Trait("Row", "18")]
public class NoiseFrameTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 3)]
    [InlineData(4078, 4096)]
    [InlineData(4079, 5000)]
    [InlineData(65518, 65536)]
    [InlineData(65519, 1000)]
    [InlineData(300_000, 70_000)]
    public void What_is_sealed_is_opened_whatever_the_chunks(int length, int chunk)
    {
        byte[] plaintext = new byte[length];
        new Random(length).NextBytes(plaintext);
        byte[] frames = Seal(plaintext);
        using NoiseFrameReader reader = new(new NoiseCipherState(Key));
        Assert.Equal(plaintext, ReadAll(reader, frames, chunk, destination: 70_000));
        using NoiseFrameReader narrow = new(new NoiseCipherState(Key));
        Assert.Equal(plaintext, ReadAll(narrow, frames, chunk, destination: 100));
        Assert.False(narrow.IsInsideFrame);
    }

    [Fact]
    public void The_largest_frame_of_the_protocol_is_opened()
    {
        byte[] plaintext = new byte[NoiseLimits.MaxPlaintext];
        new Random(1).NextBytes(plaintext);
        byte[] frame = Frame(new NoiseCipherState(Key), plaintext);
        Assert.Equal(2 + 65535, frame.Length);
        foreach (int destination in new[] { 65536, 17 })
        {
            using NoiseFrameReader reader = new(new NoiseCipherState(Key));
            Assert.Equal(plaintext, ReadAll(reader, frame, int.MaxValue, destination));
        }
    }

    [Fact]
    public void Empty_frames_are_passed_over()
    {
        NoiseCipherState sender = new(Key);
        byte[] frames = [.. Frame(sender, []), .. Frame(sender, []), .. Frame(sender, "x"u8), .. Frame(sender, [])];
        using NoiseFrameReader reader = new(new NoiseCipherState(Key));
        Assert.Equal("x"u8.ToArray(), ReadAll(reader, frames, int.MaxValue, 10));
    }

    [Fact]
    public void A_frame_too_short_for_its_tag_is_refused()
    {
        for (ushort length = 0; length < NoiseLimits.TagSize; length++)
        {
            byte[] frame = new byte[2 + length];
            BinaryPrimitives.WriteUInt16BigEndian(frame, length);
            Assert.Equal(NoiseFrameStatus.ShortFrame, StatusOf(frame));
        }
    }

    [Fact]
    public void A_flip_of_any_bit_delivers_nothing()
    {
        byte[] frame = Seal("attack at dawn"u8.ToArray());
        for (int bit = 16; bit < frame.Length * 8; bit++)
        {
            byte[] flipped = [.. frame];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(NoiseFrameStatus.Forged, StatusOf(flipped));
        }
    }

    [Fact]
    public void A_changed_length_delivers_nothing()
    {
        byte[] frames = [.. Seal("attack at dawn"u8.ToArray()), .. new byte[100]];
        for (ushort length = 0; length < 100; length++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frames, length);
            NoiseFrameStatus expected = length < 16 ? NoiseFrameStatus.ShortFrame : NoiseFrameStatus.Forged;
            Assert.Equal(length == 14 + 16 ? NoiseFrameStatus.Delivered : expected, StatusOf(frames));
        }
    }

    [Fact]
    public void Replayed_dropped_and_reordered_frames_are_refused()
    {
        NoiseCipherState sender = new(Key);
        byte[] first = Frame(sender, "1"u8), second = Frame(sender, "2"u8);
        Assert.Equal(NoiseFrameStatus.Forged, StatusOf([.. first, .. first], deliveries: 1));
        Assert.Equal(NoiseFrameStatus.Forged, StatusOf([.. second, .. first]));
        Assert.Equal(NoiseFrameStatus.NeedsMore, StatusOf([.. first, .. second], deliveries: 2));
    }

    [Fact]
    public void The_last_counter_value_is_never_used()
    {
        NoiseCipherState sender = new(Key, ulong.MaxValue - 1);
        byte[] last = Frame(sender, "last"u8);
        using NoiseFrameWriter writer = new(sender);
        Assert.False(writer.TrySeal("beyond"u8, new byte[100]));

        using NoiseFrameReader reader = new(new NoiseCipherState(Key, ulong.MaxValue - 1));
        Supply(reader, [.. last, .. last]);
        byte[] text = new byte[8];
        Assert.Equal(NoiseFrameStatus.Delivered, reader.Read(text, out int written));
        Assert.Equal(4, written);
        Assert.Equal(NoiseFrameStatus.Exhausted, reader.Read(text, out _));
    }

    [Fact]
    public void A_part_of_a_frame_is_waited_for()
    {
        byte[] frame = Seal("text"u8.ToArray());
        for (int length = 0; length < frame.Length; length++)
        {
            using NoiseFrameReader reader = new(new NoiseCipherState(Key));
            Supply(reader, frame[..length]);
            Assert.Equal(NoiseFrameStatus.NeedsMore, reader.Read(new byte[10], out _));
            Assert.Equal(length > 0, reader.IsInsideFrame);
        }
    }

    [Fact]
    public void The_large_buffer_is_held_only_while_data_flows_and_none_between_frames()
    {
        NoiseCipherState sender = new(Key);
        using NoiseFrameReader reader = new(new NoiseCipherState(Key));
        byte[] small = new byte[100], big = new byte[50_000];
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(small, ReadAll(reader, Frame(sender, small), int.MaxValue, 100_000));
            Assert.Equal(NoiseLimits.SmallReceiveBuffer, reader.BufferSize);
            Assert.Equal(big, ReadAll(reader, Frame(sender, big), int.MaxValue, 100_000));
            Assert.Equal(NoiseLimits.LargeReceiveBuffer, reader.BufferSize);
            Assert.Equal(small, ReadAll(reader, Frame(sender, small), int.MaxValue, 100_000));
            Assert.True(reader.TryReleaseBuffer());
            Assert.Equal(0, reader.BufferSize);
        }

        Supply(reader, Frame(sender, small).AsSpan(0, 50));
        Assert.Equal(NoiseFrameStatus.NeedsMore, reader.Read(new byte[100], out _));
        Assert.False(reader.TryReleaseBuffer());
    }

    [Fact]
    public void An_empty_destination_asks_whether_there_is_a_frame_and_opens_none()
    {
        NoiseCipherState sender = new(Key);
        byte[] empty = Frame(sender, []), text = Frame(sender, "text"u8);
        using NoiseFrameReader reader = new(new NoiseCipherState(Key));
        Supply(reader, [.. empty, .. text[..^1]]);
        Assert.Equal(NoiseFrameStatus.NeedsMore, reader.Read([], out _));
        Supply(reader, text[^1..]);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(NoiseFrameStatus.Delivered, reader.Read([], out int none));
            Assert.Equal(0, none);
        }

        byte[] read = new byte[3];
        Assert.Equal(NoiseFrameStatus.Delivered, reader.Read(read, out int written));
        Assert.Equal("tex"u8, read.AsSpan(0, written));
        Assert.Equal(NoiseFrameStatus.Delivered, reader.Read([], out _));
        Assert.Equal(NoiseFrameStatus.Delivered, reader.Read(read, out written));
        Assert.Equal("t"u8, read.AsSpan(0, written));
    }

    [Fact]
    public void Random_frames_chunks_and_destinations_keep_every_byte()
    {
        Random random = new(1109);
        for (int round = 0; round < 60; round++)
        {
            NoiseCipherState sender = new(Key);
            using MemoryStream frames = new(), plain = new();
            for (int i = random.Next(1, 30); i > 0; i--)
            {
                byte[] text = new byte[random.Next(3) == 0 ? random.Next(NoiseLimits.MaxPlaintext + 1) : random.Next(200)];
                random.NextBytes(text);
                plain.Write(text);
                frames.Write(Frame(sender, text));
            }

            using NoiseFrameReader reader = new(new NoiseCipherState(Key));
            byte[] read = ReadAll(reader, frames.ToArray(), () => random.Next(1, 20_000), () => random.Next(1, 100_000));
            Assert.Equal(plain.ToArray(), read);
        }
    }

    private static byte[] Seal(byte[] plaintext)
    {
        byte[] frames = new byte[NoiseFrameWriter.SealedLength(plaintext.Length)];
        using NoiseFrameWriter writer = new(new NoiseCipherState(Key));
        Assert.True(writer.TrySeal(plaintext, frames));
        return frames;
    }

    private static byte[] Frame(NoiseCipherState sender, ReadOnlySpan<byte> plaintext)
    {
        byte[] frame = new byte[2 + plaintext.Length + NoiseLimits.TagSize];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)(frame.Length - 2));
        Assert.True(sender.TrySeal([], plaintext, frame.AsSpan(2)));
        return frame;
    }

    private static int Supply(NoiseFrameReader reader, ReadOnlySpan<byte> bytes)
    {
        Memory<byte> free = reader.GetFreeMemory();
        Assert.False(free.IsEmpty);
        int count = Math.Min(free.Length, bytes.Length);
        bytes[..count].CopyTo(free.Span);
        reader.Advance(count);
        return count;
    }

    private static NoiseFrameStatus StatusOf(byte[] frames, int deliveries = 0)
    {
        using NoiseFrameReader reader = new(new NoiseCipherState(Key));
        Supply(reader, frames);
        byte[] destination = new byte[200];
        for (int i = 0; i < deliveries; i++)
        {
            Assert.Equal(NoiseFrameStatus.Delivered, reader.Read(destination, out _));
        }

        destination.AsSpan().Clear();
        NoiseFrameStatus status = reader.Read(destination, out int written);
        Assert.True(status == NoiseFrameStatus.Delivered || written == 0 && destination.All(b => b == 0));
        return status;
    }

    private static byte[] ReadAll(NoiseFrameReader reader, byte[] frames, int chunk, int destination) =>
        ReadAll(reader, frames, () => chunk, () => destination);

    private static byte[] ReadAll(NoiseFrameReader reader, byte[] frames, Func<int> chunk, Func<int> destination)
    {
        using MemoryStream plain = new();
        byte[] buffer = new byte[100_000];
        int supplied = 0;
        while (true)
        {
            switch (reader.Read(buffer.AsSpan(0, destination()), out int written))
            {
                case NoiseFrameStatus.Delivered:
                    plain.Write(buffer, 0, written);
                    break;
                case NoiseFrameStatus.NeedsMore when supplied < frames.Length:
                    supplied += Supply(reader, frames.AsSpan(supplied, Math.Min(chunk(), frames.Length - supplied)));
                    break;
                case NoiseFrameStatus.NeedsMore:
                    return plain.ToArray();
                case NoiseFrameStatus other:
                    throw new InvalidOperationException(other.ToString());
            }
        }
    }
}
