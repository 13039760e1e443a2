using System.Buffers.Binary;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Tests.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>Frames on a live connection that were altered, replayed, dropped or made up (attack-cases.md row 18): what came before is delivered, nothing of them or after.</summary>
[Trait("Row", "18")]
public class NoiseFrameAttackTests
{
    private const int Frames = 20;
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public async Task A_flip_of_one_bit_of_any_frame_ends_the_connection_before_it()
    {
        byte[][] frames = Sealed();
        Random random = new(18);
        for (int target = 0; target < Frames; target++)
        {
            foreach (int bit in new[] { 16, 8 * (frames[target].Length - 1), random.Next(16, 8 * frames[target].Length) })
            {
                byte[][] sent = [.. frames.Select(f => (byte[])f.Clone())];
                sent[target][bit / 8] ^= (byte)(1 << (bit % 8));
                await EndsAfterAsync(sent, target);
            }
        }
    }

    [Fact]
    public async Task A_frame_that_is_replayed_dropped_or_swapped_ends_the_connection_before_it()
    {
        byte[][] frames = Sealed();
        for (int target = 0; target < Frames - 1; target++)
        {
            await EndsAfterAsync([.. frames[..(target + 1)], .. frames[target..]], target + 1);
            await EndsAfterAsync([.. frames[..target], .. frames[(target + 1)..]], target);
            await EndsAfterAsync([.. frames[..target], frames[target + 1], frames[target], .. frames[(target + 2)..]], target);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(4096)]
    [InlineData(65_535)]
    public async Task A_frame_of_zeros_of_any_length_ends_the_connection_before_it(int length)
    {
        byte[] zeros = new byte[2 + length];
        BinaryPrimitives.WriteUInt16BigEndian(zeros, (ushort)length);
        byte[][] frames = Sealed();
        await EndsAfterAsync([.. frames[..3], zeros, .. frames[3..]], 3);
    }

    [Fact]
    public async Task The_frame_after_the_last_counter_value_ends_the_connection()
    {
        NoiseCipherState sender = new(Key, ulong.MaxValue - 2);
        byte[][] frames = [Seal(sender, 0), Seal(sender, 1), new byte[2 + 17]];
        frames[2][1] = 17;
        await EndsAfterAsync(frames, 2, ulong.MaxValue - 2);
    }

    [Fact]
    public async Task Empty_frames_without_end_deliver_nothing_and_hold_one_small_buffer()
    {
        const int Count = 20_000;
        NoiseCipherState sender = new(Key);
        byte[] frames = new byte[Count * 18];
        for (int i = 0; i < Count; i++)
        {
            Assert.True(sender.TrySeal([], [], frames.AsSpan((18 * i) + 2, 16)));
            frames[(18 * i) + 1] = 16;
        }

        await using ScriptedStream remote = new(frames, maxRead: 1000);
        await using NoiseConnection connection = Connect(remote, 0);
        Assert.Equal(0, await connection.ReadAsync(new byte[10], StreamReading.HangGuard));
        Assert.Equal(0, remote.Unread);
        Assert.InRange(connection.ReceiveBufferSize, 0, NoiseLimits.SmallReceiveBuffer);
    }

    [Fact]
    public async Task A_connection_holds_no_receive_buffer_while_it_rests_whatever_came_before()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        await using DuplexPipe sending = a;
        await using NoiseConnection connection = Connect(b, 0);
        NoiseCipherState sender = new(Key);
        foreach (int length in new[] { 10, 60_000, 65_000, 10, 3_000 })
        {
            byte[] frame = Seal(sender, new byte[length]);
            await sending.WriteAsync(frame, StreamReading.HangGuard);
            await connection.ReadExactlyAsync(length);
            Task<int> resting = connection.ReadAsync(new byte[1], StreamReading.HangGuard).AsTask();
            Assert.Equal(0, connection.ReceiveBufferSize);
            await sending.WriteAsync(Seal(sender, new byte[1]), StreamReading.HangGuard);
            Assert.Equal(1, await resting);
        }
    }

    /// <summary>The victim is to deliver this many frames, then break off for one reason, and stay broken.</summary>
    private static async Task EndsAfterAsync(byte[][] frames, int delivered, ulong nonce = 0)
    {
        await using ScriptedStream remote = new([.. frames.SelectMany(f => f)], maxRead: 5000);
        await using NoiseConnection connection = Connect(remote, nonce);
        byte[] buffer = new byte[70_000];
        for (int i = 0; i < delivered; i++)
        {
            Assert.Equal(100, await connection.ReadAsync(buffer, default));
            Assert.All(buffer[..100], b => Assert.Equal((byte)i, b));
        }

        buffer.AsSpan().Fill(0xee);
        Assert.Equal(Libp2pError.ProtocolViolation, await StreamReading.ErrorOfAsync(() => connection.ReadAsync(buffer, default).AsTask()));
        Assert.True(remote.IsAborted);
        Assert.Equal(0, connection.ReceiveBufferSize);
        Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0xee, (byte)0)); // Not a byte of plaintext.
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => connection.ReadAsync(buffer, default).AsTask()));
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => connection.WriteAsync(buffer, default).AsTask()));
        Assert.Empty(remote.Writes);
    }

    private static byte[][] Sealed()
    {
        NoiseCipherState sender = new(Key);
        return [.. Enumerable.Range(0, Frames).Select(i => Seal(sender, i))];
    }

    private static byte[] Seal(NoiseCipherState sender, int index) => Seal(sender, [.. Enumerable.Repeat((byte)index, 100)]);

    private static byte[] Seal(NoiseCipherState sender, byte[] plaintext)
    {
        byte[] frame = new byte[2 + plaintext.Length + NoiseLimits.TagSize];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)(frame.Length - 2));
        Assert.True(sender.TrySeal([], plaintext, frame.AsSpan(2)));
        return frame;
    }

    private static NoiseConnection Connect(OpStack.Libp2p.Transport.IByteStream inner, ulong nonce)
    {
        using KeyPair remote = NoiseTestKeys.ResponderIdentity;
        return new NoiseConnection(inner, new NoiseCipherState(Key), new NoiseCipherState(Key, nonce), remote.PublicKey, null);
    }
}
