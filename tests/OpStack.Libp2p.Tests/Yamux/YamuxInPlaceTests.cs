using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>What a stream is given is copied once, into the batch: the transport seals that where it lies.</summary>
public sealed class YamuxInPlaceTests
{
    private const int Size = 1_000_000;

    [Fact]
    public async Task Every_batch_with_data_goes_in_place()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        InPlaceStream wire = new(a, NoiseLimits.LengthSize, NoiseLimits.TagSize);
        await using YamuxConnection sender = Start(wire, isInitiator: true);
        await using YamuxConnection receiver = Start(b, isInitiator: false);
        YamuxStream stream = await sender.OpenStreamAsync(default);
        YamuxStream accepted = (await receiver.AcceptStreamAsync(default))!;
        byte[] block = Block(1);

        Task<byte[]> received = accepted.ReadExactlyAsync(Size);
        await stream.WriteAsync(block, default).AsTask().WaitAsync(YamuxPair.HangGuard);
        Assert.Equal(block, await received);

        // Without data a batch is some headers of twelve bytes, at its array's start.
        Assert.All(wire.Plain, length => Assert.InRange(length, YamuxHeader.Size, YamuxLimits.BatchMargin));
        Assert.All(wire.InPlace, length => Assert.InRange(length, YamuxHeader.Size + 1, YamuxLimits.MaxBatch));
        Assert.InRange(wire.InPlace.Sum(), Size, Size + (wire.InPlace.Length * YamuxLimits.BatchMargin));
    }

    [Fact]
    public async Task A_transport_without_room_for_it_gets_the_same_bytes_the_plain_way()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        InPlaceStream wire = new(a, YamuxLimits.MaxBatch, YamuxLimits.MaxBatch);
        await using YamuxConnection sender = Start(wire, isInitiator: true);
        await using YamuxConnection receiver = Start(b, isInitiator: false);
        YamuxStream stream = await sender.OpenStreamAsync(default);
        YamuxStream accepted = (await receiver.AcceptStreamAsync(default))!;
        byte[] block = Block(2);

        Task<byte[]> received = accepted.ReadExactlyAsync(Size);
        await stream.WriteAsync(block, default).AsTask().WaitAsync(YamuxPair.HangGuard);
        Assert.Equal(block, await received);
        Assert.Empty(wire.InPlace);
    }

    private static byte[] Block(int seed)
    {
        byte[] block = new byte[Size];
        new Random(seed).NextBytes(block);
        return block;
    }

    private static YamuxConnection Start(IByteStream inner, bool isInitiator) =>
        YamuxConnection.Start(inner, isInitiator, YamuxOptions.Default, TimeProvider.System, NullLogger.Instance);
}
