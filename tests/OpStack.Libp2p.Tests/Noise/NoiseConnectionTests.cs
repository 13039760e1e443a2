using System.Buffers.Binary;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Tests.Transport;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Noise;

public class NoiseConnectionTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Peers_prove_themselves_and_talk(int maxRead)
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        (NoiseConnection dialer, NoiseConnection listener) =
            await HandshakeAsync(new ChoppedStream(a, maxRead, seed: 1), new ChoppedStream(b, maxRead, seed: 2));
        await using NoiseConnection first = dialer, second = listener;
        Assert.Equal(PeerId.Parse("16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY"), dialer.RemotePeerId);
        Assert.Equal(PeerId.Parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"), listener.RemotePeerId);
        Assert.Equal("/yamux/1.0.0", dialer.NegotiatedMuxer);
        Assert.Equal("/yamux/1.0.0", listener.NegotiatedMuxer);
        await dialer.WriteAsync("ping"u8.ToArray(), StreamReading.HangGuard);
        await listener.WriteAsync("pong"u8.ToArray(), StreamReading.HangGuard);
        Assert.Equal("ping"u8.ToArray(), await listener.ReadExactlyAsync(4));
        Assert.Equal("pong"u8.ToArray(), await dialer.ReadExactlyAsync(4));
        await dialer.CloseWriteAsync(StreamReading.HangGuard);
        Assert.Equal(0, await listener.ReadAsync(new byte[1], StreamReading.HangGuard));
    }

    [Fact]
    public async Task Eight_megabytes_cross_over_with_random_reads_both_ways()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create(capacity: 200_000);
        (NoiseConnection dialer, NoiseConnection listener) =
            await HandshakeAsync(new ChoppedStream(a, 150_000, seed: 3), new ChoppedStream(b, 5_000, seed: 4));
        await using NoiseConnection first = dialer, second = listener;
        byte[] up = new byte[8_000_000], down = new byte[8_000_000];
        new Random(5).NextBytes(up);
        new Random(6).NextBytes(down);
        Task writing = Task.WhenAll(WriteInPartsAsync(dialer, up, 7), WriteInPartsAsync(listener, down, 8));
        Task<byte[]> received = new ChoppedStream(listener, 100_000, seed: 9).ReadToEndAsync(100_000);
        Assert.Equal(down, await new ChoppedStream(dialer, 3_000, seed: 10).ReadToEndAsync(100_000));
        Assert.Equal(up, await received);
        await writing;
    }

    [Fact]
    public async Task It_runs_over_tcp()
    {
        TcpTransport transport = new(TimeProvider.System, NullLogger<TcpTransport>.Instance);
        using TcpListenerSocket socket = transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        Task<TcpConnection> accepting = socket.AcceptAsync(StreamReading.HangGuard).AsTask();
        TcpConnection dialed = await transport.DialAsync(socket.LocalEndPoint, TimeSpan.FromSeconds(60), StreamReading.HangGuard);
        (NoiseConnection dialer, NoiseConnection listener) = await HandshakeAsync(dialed, await accepting);
        await using NoiseConnection first = dialer;
        byte[] sent = new byte[2_000_000];
        new Random(11).NextBytes(sent);
        Task writing = WriteInPartsAsync(dialer, sent, 12);
        Assert.Equal(sent, await listener.ReadToEndAsync(65536));
        await writing;
        Task<int> pending = dialer.ReadAsync(new byte[1], StreamReading.HangGuard).AsTask();
        listener.Abort();
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => pending));
    }

    [Fact]
    public async Task A_large_write_goes_out_two_frames_at_a_time()
    {
        await using ScriptedStream remote = new([]);
        await using NoiseConnection connection = Connect(remote);
        await connection.WriteAsync(new byte[3 * NoiseLimits.MaxSentPlaintext + 1], default);
        Assert.Equal([131072, 65536 + 19], remote.Writes.Select(w => w.Length));
        await connection.WriteAsync(new byte[1], default);
        Assert.Equal(19, remote.Writes[^1].Length);
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("000f000000000000000000000000000000")]
    [InlineData("001000000000000000000000000000000000")]
    [Trait("Row", "18")]
    public async Task A_bad_frame_closes_with_one_reason_and_delivers_nothing(string frame)
    {
        await using ScriptedStream remote = new(Convert.FromHexString(frame));
        await using NoiseConnection connection = Connect(remote);
        Assert.Equal(Libp2pError.ProtocolViolation, await ReadErrorAsync(connection));
        Assert.True(remote.IsAborted);
        Assert.Equal(Libp2pError.ConnectionClosed, await ReadErrorAsync(connection));
        Assert.Equal(
            Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => connection.WriteAsync(new byte[1], default).AsTask()));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0011")]
    [InlineData("001100")]
    [Trait("Row", "18")]
    public async Task An_end_inside_a_frame_is_no_orderly_end(string part)
    {
        await using ScriptedStream remote = new(Convert.FromHexString(part));
        await using NoiseConnection connection = Connect(remote);
        Assert.Equal(Libp2pError.ConnectionClosed, await ReadErrorAsync(connection));
    }

    [Fact]
    [Trait("Row", "18")]
    public async Task An_exhausted_counter_closes_the_connection()
    {
        await using ScriptedStream remote = new([]);
        await using NoiseConnection connection = Connect(remote, ulong.MaxValue - 1);
        await connection.WriteAsync(new byte[1], default);
        Assert.Equal(Libp2pError.LimitReached, await StreamReading.ErrorOfAsync(() => connection.WriteAsync(new byte[1], default).AsTask()));
        Assert.True(remote.IsAborted);
        Assert.Single(remote.Writes);
    }

    [Fact]
    public async Task A_cancelled_read_loses_nothing_and_a_write_cancelled_before_it_began_neither()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        (NoiseConnection dialer, NoiseConnection listener) = await HandshakeAsync(a, b);
        await using NoiseConnection first = dialer, second = listener;
        using CancellationTokenSource cancel = new();
        Task<int> reading = listener.ReadAsync(new byte[4], cancel.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => listener.ReadAsync(new byte[4], default).AsTask());
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialer.WriteAsync(new byte[1], cancel.Token).AsTask());
        await dialer.WriteAsync("data"u8.ToArray(), StreamReading.HangGuard);
        Assert.Equal("data"u8.ToArray(), await listener.ReadExactlyAsync(4));
    }

    [Fact]
    public async Task A_write_cancelled_on_its_way_aborts()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create(capacity: 4096);
        (NoiseConnection dialer, NoiseConnection listener) = await HandshakeAsync(a, b);
        await using NoiseConnection first = dialer, second = listener;
        using CancellationTokenSource cancel = new();
        Task writing = dialer.WriteAsync(new byte[100_000], cancel.Token).AsTask();
        Assert.False(writing.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.Equal(
            Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => dialer.WriteAsync(new byte[1], default).AsTask()));
    }

    [Fact]
    public async Task Abort_ends_pending_reads_and_writes()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create(capacity: 4096);
        (NoiseConnection dialer, NoiseConnection listener) = await HandshakeAsync(a, b);
        await using NoiseConnection first = dialer, second = listener;
        Task<int> reading = dialer.ReadAsync(new byte[4], default).AsTask();
        Task writing = dialer.WriteAsync(new byte[100_000], default).AsTask();
        dialer.Abort();
        dialer.Abort();
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => reading));
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => writing));
    }

    [Fact]
    [Trait("Row", "19")]
    public async Task Another_peer_than_the_dialled_one_is_told_apart()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(
            expected: PeerId.Parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"));
        using NoiseHandshake responder = NoiseTestKeys.Responder();
        Task<NoiseConnection> listening = NoiseConnection.HandshakeAsync(b, responder, StreamReading.HangGuard).AsTask();
        Assert.Equal(
            Libp2pError.PeerIdMismatch,
            await StreamReading.ErrorOfAsync(() => NoiseConnection.HandshakeAsync(a, initiator, StreamReading.HangGuard).AsTask()));
        Assert.Equal(Libp2pError.HandshakeFailed, await StreamReading.ErrorOfAsync(() => listening));
    }

    [Fact]
    [Trait("Row", "19")]
    public async Task An_impostor_does_not_learn_who_dialled()
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(
            expected: PeerId.Parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"));
        using NoiseHandshake twin = NoiseTestKeys.Initiator(), impostor = NoiseTestKeys.Responder();
        Assert.True(NoiseTestKeys.Carry(twin, impostor));
        await using ScriptedStream remote = new(Prefixed(NoiseTestKeys.Write(impostor)));
        Assert.Equal(
            Libp2pError.PeerIdMismatch,
            await StreamReading.ErrorOfAsync(() => NoiseConnection.HandshakeAsync(remote, initiator, default).AsTask()));
        Assert.Equal(34, Assert.Single(remote.Writes).Length); // The ephemeral key alone; our identity would be in the third message.
        Assert.True(remote.IsAborted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0020aa")]
    [InlineData("0000")]
    [InlineData("001f")]
    [InlineData("0021")]
    [InlineData("ffff")]
    [Trait("Row", "22")]
    public async Task A_broken_first_message_fails_the_handshake_without_waiting_for_more(string script)
    {
        await using ScriptedStream remote = new(Convert.FromHexString(script), maxRead: 1);
        using NoiseHandshake responder = NoiseTestKeys.Responder();
        Assert.Equal(
            Libp2pError.HandshakeFailed,
            await StreamReading.ErrorOfAsync(() => NoiseConnection.HandshakeAsync(remote, responder, default).AsTask()));
        Assert.True(remote.IsAborted);
        Assert.Empty(remote.Writes);
    }

    [Fact]
    public async Task Bytes_right_behind_the_last_handshake_message_belong_to_the_connection()
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(), twin = NoiseTestKeys.Responder(), responder = NoiseTestKeys.Responder();
        byte[] first = NoiseTestKeys.Write(initiator);
        Assert.True(twin.TryRead(first));
        Assert.True(NoiseTestKeys.Carry(twin, initiator));
        byte[] third = NoiseTestKeys.Write(initiator);
        (NoiseCipherState send, NoiseCipherState receive) = initiator.Split();
        receive.Dispose();
        using NoiseFrameWriter writer = new(send);
        byte[] frames = new byte[NoiseFrameWriter.SealedLength(5)];
        Assert.True(writer.TrySeal("early"u8, frames));
        await using ScriptedStream remote = new([.. Prefixed(first), .. Prefixed(third), .. frames]);
        await using NoiseConnection connection = await NoiseConnection.HandshakeAsync(remote, responder, default);
        Assert.Equal("early"u8.ToArray(), await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task The_callers_token_ends_a_handshake_with_a_silent_remote()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        await using DuplexPipe silent = b;
        using KeyPair identity = NoiseTestKeys.ResponderIdentity;
        using NoiseStaticKey key = NoiseStaticKey.Generate(identity);
        using CancellationTokenSource deadline = new();
        Task<NoiseConnection> handshake = NoiseConnection.HandshakeAsync(a, initiator: true, key, expected: null, deadline.Token).AsTask();
        Assert.False(handshake.IsCompleted);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handshake);
        Assert.Equal(Libp2pError.ConnectionClosed, await StreamReading.ErrorOfAsync(() => a.WriteAsync(new byte[1], default).AsTask()));
    }

    private static Task<Libp2pError> ReadErrorAsync(NoiseConnection connection) =>
        StreamReading.ErrorOfAsync(() => connection.ReadAsync(new byte[100], default).AsTask());

    private static byte[] Prefixed(byte[] message)
    {
        byte[] frame = [0, 0, .. message];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
        return frame;
    }

    private static NoiseConnection Connect(IByteStream inner, ulong nonce = 0)
    {
        using KeyPair remote = NoiseTestKeys.ResponderIdentity;
        return new NoiseConnection(inner, new NoiseCipherState(Key, nonce), new NoiseCipherState(Key), remote.PublicKey, null);
    }

    private static async Task<(NoiseConnection Dialer, NoiseConnection Listener)> HandshakeAsync(IByteStream a, IByteStream b)
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder();
        Task<NoiseConnection> dialing = NoiseConnection.HandshakeAsync(a, initiator, StreamReading.HangGuard).AsTask();
        NoiseConnection listener = await NoiseConnection.HandshakeAsync(b, responder, StreamReading.HangGuard);
        return (await dialing, listener);
    }

    private static async Task WriteInPartsAsync(NoiseConnection connection, ReadOnlyMemory<byte> bytes, int seed)
    {
        await Task.Yield();
        Random random = new(seed);
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, random.Next(4) == 0 ? random.Next(300_000) : random.Next(5_000));
            await connection.WriteAsync(bytes[..count], StreamReading.HangGuard);
            bytes = bytes[count..];
        }

        await connection.CloseWriteAsync(StreamReading.HangGuard);
    }
}
