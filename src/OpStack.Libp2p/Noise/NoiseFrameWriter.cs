using System.Buffers.Binary;

namespace OpStack.Libp2p.Noise;

/// <summary>Seals plaintext into the frames of one direction: bytes in, frames out, no I/O. Owns the cipher.</summary>
internal sealed class NoiseFrameWriter(NoiseCipherState cipher) : IDisposable
{
    private const int Overhead = NoiseLimits.LengthSize + NoiseLimits.TagSize;

    /// <summary>Bytes that <paramref name="plaintext"/> bytes take in frames.</summary>
    public static int SealedLength(int plaintext) =>
        plaintext + (Overhead * ((plaintext + NoiseLimits.MaxSentPlaintext - 1) / NoiseLimits.MaxSentPlaintext));

    /// <summary>Writes as many frames as the plaintext needs into <see cref="SealedLength"/> bytes; false when the message counter has run out.</summary>
    public bool TrySeal(ReadOnlySpan<byte> plaintext, Span<byte> frames)
    {
        while (!plaintext.IsEmpty)
        {
            int length = Math.Min(plaintext.Length, NoiseLimits.MaxSentPlaintext);
            int message = length + NoiseLimits.TagSize;
            BinaryPrimitives.WriteUInt16BigEndian(frames, (ushort)message);
            if (!cipher.TrySeal([], plaintext[..length], frames.Slice(NoiseLimits.LengthSize, message)))
            {
                return false;
            }

            plaintext = plaintext[length..];
            frames = frames[(NoiseLimits.LengthSize + message)..];
        }

        return true;
    }

    /// <summary>Makes one frame of a plaintext where it lies, with two bytes before and sixteen after it; false when the message counter has run out.</summary>
    public bool TrySealInPlace(Span<byte> frame)
    {
        Span<byte> message = frame[NoiseLimits.LengthSize..];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
        return cipher.TrySeal([], message[..^NoiseLimits.TagSize], message);
    }

    /// <inheritdoc/>
    public void Dispose() => cipher.Dispose();
}
