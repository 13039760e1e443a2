using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpStack.Discv5.Protocol;

/// <summary>
/// Every random byte of the core comes from one injected <see cref="Random"/>, so that a seed replays a simulation; this is the one for real
/// networks, where nonces and ephemeral keys must not be guessed.
/// </summary>
internal sealed class SecureRandom : Random
{
    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => Next(0, maxValue);

    public override int Next(int minValue, int maxValue) =>
        minValue == maxValue ? minValue : RandomNumberGenerator.GetInt32(minValue, maxValue);

    public override long NextInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        NextBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
    }

    public override double NextDouble() => Sample();

    public override void NextBytes(byte[] buffer) => RandomNumberGenerator.Fill(buffer);

    public override void NextBytes(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);

    /// <summary>53 random bits, as many as a double in [0, 1) holds.</summary>
    protected override double Sample() => (NextInt64() >> 10) * (1.0 / (1L << 53));
}
