using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>Peers that send faster than we read, so that no read ever waits: closing their connection still ends.</summary>
public class YamuxEndlessInputTests
{
    private const int EmptyFrame = NoiseLimits.LengthSize + NoiseLimits.TagSize;
    private static readonly byte[] Key = new byte[NoiseLimits.KeySize];

    [Fact]
    public async Task Closing_a_peer_that_never_stops_sending_takes_twice_the_close_timeout_at_most()
    {
        // Data frames of length zero for a stream that is not there.
        byte[] frame = SessionHarness.Data(1, 0);
        int at = 0;
        EndlessStream wire = new(buffer =>
        {
            for (int i = 0; i < buffer.Length; i++, at = (at + 1) % frame.Length)
            {
                buffer.Span[i] = frame[at];
            }

            return buffer.Length;
        });
        await ClosesInTimeAsync(wire, wire);
    }

    [Fact]
    public async Task Closing_a_peer_that_sends_only_empty_noise_frames_takes_twice_the_close_timeout_at_most()
    {
        EndlessStream wire = EmptyFrames();
        using KeyPair identity = KeyPair.GenerateEd25519();
        NoiseConnection noise = new(wire, new NoiseCipherState(Key), new NoiseCipherState(Key), identity.PublicKey, null);
        await ClosesInTimeAsync(noise, wire);
    }

    /// <summary>Sealed frames without a byte in them, each by the next counter.</summary>
    private static EndlessStream EmptyFrames()
    {
        NoiseCipherState cipher = new(Key);
        return new EndlessStream(buffer =>
        {
            Span<byte> rest = buffer.Span;
            while (rest.Length >= EmptyFrame)
            {
                rest[0] = 0;
                rest[1] = NoiseLimits.TagSize;
                Assert.True(cipher.TrySeal([], [], rest[NoiseLimits.LengthSize..EmptyFrame]));
                rest = rest[EmptyFrame..];
            }

            return buffer.Length - rest.Length;
        });
    }

    private static async Task ClosesInTimeAsync(IByteStream inner, EndlessStream wire)
    {
        FakeTimeProvider time = new();
        YamuxConnection victim = YamuxConnection.Start(inner, isInitiator: false, YamuxOptions.Default, time, NullLogger.Instance);
        try
        {
            await RawPeer.UntilAsync(() => wire.IsRead);
            Task closed = victim.CloseAsync(YamuxGoAwayCode.Normal, CancellationToken.None).AsTask();
            await RawPeer.UntilAsync(() =>
            {
                time.Advance(YamuxLimits.CloseTimeout);
                return closed.IsCompleted;
            });
            await closed;
            Assert.Equal(YamuxCloseReason.ClosedLocally, victim.CloseReason!.Reason);
        }
        finally
        {
            wire.Abort();
            await victim.DisposeAsync().AsTask().WaitAsync(YamuxPair.HangGuard);
        }
    }
}
