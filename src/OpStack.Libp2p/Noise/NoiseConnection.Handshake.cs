using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Noise;

internal sealed partial class NoiseConnection
{
    /// <summary>
    /// Runs the handshake over <paramref name="inner"/>, on which /noise has been agreed; the caller's token is its deadline. Throws
    /// <see cref="Libp2pException"/>, <see cref="Libp2pError.PeerIdMismatch"/> or <see cref="Libp2pError.HandshakeFailed"/>, or the caller's
    /// cancellation, and has then aborted <paramref name="inner"/>.
    /// </summary>
    /// <param name="inner">The raw connection; the result owns it.</param>
    /// <param name="initiator">Whether we dialled.</param>
    /// <param name="local">Our static key, which carries our signed identity.</param>
    /// <param name="expected">The only identity to accept; null accepts any that is proven.</param>
    /// <param name="cancellationToken">The deadline.</param>
    public static async ValueTask<NoiseConnection> HandshakeAsync(
        IByteStream inner, bool initiator, NoiseStaticKey local, PeerId? expected, CancellationToken cancellationToken)
    {
        using NoiseHandshake handshake = Begin(initiator, local, expected);
        return await HandshakeAsync(inner, handshake, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a handshake that has been set up already.</summary>
    internal static async ValueTask<NoiseConnection> HandshakeAsync(
        IByteStream inner, NoiseHandshake handshake, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(NoiseLimits.LengthSize + NoiseHandshake.MaxMessage);
        try
        {
            while (!handshake.IsFinished)
            {
                if (handshake.IsOurTurn)
                {
                    await SendMessageAsync(inner, handshake, buffer, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await ReceiveMessageAsync(inner, handshake, buffer, cancellationToken).ConfigureAwait(false);
                }
            }

            (NoiseCipherState send, NoiseCipherState receive) = handshake.Split();
            return new NoiseConnection(inner, send, receive, handshake.RemotePublicKey!, handshake.NegotiatedMuxer);
        }
        catch (Libp2pException e) when (e.Error is Libp2pError.ConnectionClosed or Libp2pError.StreamReset)
        {
            inner.Abort();
            throw new Libp2pException(Libp2pError.HandshakeFailed, "The connection closed during the noise handshake", e);
        }
        catch
        {
            inner.Abort();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static NoiseHandshake Begin(bool initiator, NoiseStaticKey local, PeerId? expected)
    {
        Span<byte> ephemeral = stackalloc byte[NoiseLimits.KeySize];
        RandomNumberGenerator.Fill(ephemeral);
        NoiseHandshake handshake = new(initiator, local, ephemeral, expected);
        CryptographicOperations.ZeroMemory(ephemeral);
        return handshake;
    }

    private static async ValueTask SendMessageAsync(
        IByteStream inner, NoiseHandshake handshake, byte[] buffer, CancellationToken cancellationToken)
    {
        if (!handshake.TryWrite(buffer.AsSpan(NoiseLimits.LengthSize), out int length))
        {
            throw Failure(handshake.Error);
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        await inner.WriteAsync(buffer.AsMemory(0, NoiseLimits.LengthSize + length), cancellationToken).ConfigureAwait(false);
    }

    // Reads no byte past the message: what follows the last one belongs to the connection.
    private static async ValueTask ReceiveMessageAsync(
        IByteStream inner, NoiseHandshake handshake, byte[] buffer, CancellationToken cancellationToken)
    {
        await ReadExactlyAsync(inner, buffer.AsMemory(0, NoiseLimits.LengthSize), cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        if (!handshake.AcceptsLength(length))
        {
            throw Failure(NoiseHandshakeError.MessageLength);
        }

        await ReadExactlyAsync(inner, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        if (!handshake.TryRead(buffer.AsSpan(0, length)))
        {
            throw Failure(handshake.Error);
        }
    }

    private static async ValueTask ReadExactlyAsync(IByteStream inner, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new Libp2pException(Libp2pError.ConnectionClosed, "The remote closed its side during the noise handshake");
            }

            buffer = buffer[read..];
        }
    }

    private static Libp2pException Failure(NoiseHandshakeError error) => new(
        error == NoiseHandshakeError.PeerIdMismatch ? Libp2pError.PeerIdMismatch : Libp2pError.HandshakeFailed,
        $"The noise handshake failed: {error}");
}
