using System.Buffers.Binary;
using System.Text;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Tests.Noise;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>
/// Slow-loris (attack-cases.md row 15): a byte every 5 seconds, in multistream and in each message of noise, to a listener and to a dialler. One deadline for the
/// whole upgrade ends it after 15 seconds, however many bytes came.
/// </summary>
[Trait("Row", "15")]
public sealed class SlowHandshakeTests : IDisposable
{
    private static readonly byte[] Opening = Encoding.Latin1.GetBytes("\u0013/multistream/1.0.0\n\u0007/noise\n");
    private readonly FakeTimeProvider _time = new();
    private readonly HandshakePath _victim;

    public SlowHandshakeTests() => _victim = new HandshakePath(_time);

    /// <summary>What the peer does before it slows down.</summary>
    public enum Lead
    {
        Nothing,
        Multistream,
        FirstNoiseMessage,
    }

    public void Dispose() => _victim.Dispose();

    [Theory]
    [InlineData(Lead.Nothing)]
    [InlineData(Lead.Multistream)]
    [InlineData(Lead.FirstNoiseMessage)]
    public async Task A_dialler_of_one_byte_in_5_seconds_is_closed_after_15(Lead lead)
    {
        (DuplexPipe ours, DuplexPipe remote) = DuplexPipe.Create();
        Task<PeerConnection> upgrade = _victim.UpgradeAsync(ours);
        using NoiseHandshake noise = NoiseTestKeys.Initiator();
        byte[] first = Prefixed(NoiseTestKeys.Write(noise)), rest = Opening;
        if (lead >= Lead.Multistream)
        {
            await remote.WriteAsync(Opening, StreamReading.HangGuard);
            await remote.ReadExactlyAsync(Opening.Length);
            rest = first;
        }

        if (lead == Lead.FirstNoiseMessage)
        {
            await remote.WriteAsync(first, StreamReading.HangGuard);
            Assert.True(noise.TryRead(await ReadMessageAsync(remote)));
            rest = Prefixed(NoiseTestKeys.Write(noise));
        }

        await DripsInVainAsync(remote, rest, upgrade);
    }

    [Theory]
    [InlineData(Lead.Nothing)]
    [InlineData(Lead.Multistream)]
    public async Task A_listener_of_one_byte_in_5_seconds_is_closed_after_15(Lead lead)
    {
        (DuplexPipe ours, DuplexPipe remote) = DuplexPipe.Create();
        using KeyPair identity = NoiseTestKeys.ResponderIdentity;
        Task<PeerConnection> upgrade = _victim.UpgradeAsync(ours, dialled: identity.PeerId);
        byte[] rest = Opening;
        if (lead == Lead.Multistream)
        {
            await remote.ReadExactlyAsync(Opening.Length);
            await remote.WriteAsync(Opening, StreamReading.HangGuard);
            using NoiseHandshake noise = NoiseTestKeys.Responder();
            Assert.True(noise.TryRead(await ReadMessageAsync(remote)));
            rest = Prefixed(NoiseTestKeys.Write(noise));
        }

        await DripsInVainAsync(remote, rest, upgrade);
    }

    [Fact]
    public async Task A_proposal_of_one_byte_in_5_seconds_ends_with_the_token_of_its_stream()
    {
        (DuplexPipe ours, DuplexPipe remote) = DuplexPipe.Create();
        using CancellationTokenSource deadline = new(HandshakePath.Deadline, _time);
        Task negotiation = Multistream.HandleAsync(ours, _ => true, deadline.Token).AsTask();
        await DripsInVainAsync(remote, Opening, negotiation);
    }

    [Fact]
    public async Task A_peer_that_needs_14_seconds_comes_through()
    {
        (DuplexPipe ours, DuplexPipe remote) = DuplexPipe.Create();
        Task<PeerConnection> upgrade = _victim.UpgradeAsync(ours);
        using HandshakePath honest = new(_time);
        _time.Advance(TimeSpan.FromSeconds(14));
        await using PeerConnection dialled = await honest.UpgradeAsync(remote, _victim.Id).WaitAsync(StreamReading.HangGuard);
        await using PeerConnection accepted = await upgrade.WaitAsync(StreamReading.HangGuard);
        Assert.Equal((honest.Id, _victim.Id), (accepted.Peer, dialled.Peer));
        dialled.Muxer.Abort();
    }

    private async Task DripsInVainAsync(DuplexPipe remote, byte[] bytes, Task victim)
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.False(victim.IsCompleted);
            await remote.WriteAsync(bytes.AsMemory(i, 1), StreamReading.HangGuard);
            _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
            Assert.False(victim.IsCompleted);
            _time.Advance(TimeSpan.FromTicks(1));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => victim.WaitAsync(StreamReading.HangGuard));
        Assert.Equal(0, _time.ActiveTimers);
    }

    private static async Task<byte[]> ReadMessageAsync(IByteStream stream) =>
        await stream.ReadExactlyAsync(BinaryPrimitives.ReadUInt16BigEndian(await stream.ReadExactlyAsync(2)));

    private static byte[] Prefixed(byte[] message)
    {
        byte[] frame = [0, 0, .. message];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
        return frame;
    }
}
