using System.Buffers.Binary;

namespace OpStack.P2P.Adversarial.Fuzzing.Edits;

/// <summary>Damage to formats of numbers at fixed places (headers, offsets, lengths): values at the edges of what a reader must bound.</summary>
internal static class NumberEdits
{
    /// <summary>Overwrites one to three numbers of 1, 2, 4 or 8 bytes, of either byte order, anywhere; keeps the length.</summary>
    public static byte[] Mutate(Random random, byte[] valid)
    {
        byte[] mutant = [.. valid];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int width = 1 << random.Next(4);
            if (mutant.Length >= width)
            {
                Write(mutant.AsSpan(random.Next(mutant.Length - width + 1), width), ValueAtAnEdge(random, mutant.Length), random.Next(2) == 0);
            }
        }

        return mutant;
    }

    /// <summary>Overwrites one number that begins at <paramref name="at"/>.</summary>
    public static byte[] MutateAt(Random random, byte[] valid, int at, int width, bool littleEndian)
    {
        byte[] mutant = [.. valid];
        Write(mutant.AsSpan(at, width), ValueAtAnEdge(random, mutant.Length), littleEndian);
        return mutant;
    }

    public static ulong ValueAtAnEdge(Random random, int length) => random.Next(8) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => (ulong)(length + random.Next(-5, 6)),
        3 => (1UL << random.Next(64)) - 1,
        4 => 1UL << random.Next(64),
        5 => (ulong)random.Next(length + 1),
        6 => (ulong)random.Next(1, 300),
        _ => (ulong)random.NextInt64(),
    };

    private static void Write(Span<byte> place, ulong value, bool littleEndian)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        if (littleEndian)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            bytes[..place.Length].CopyTo(place);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
            bytes[^place.Length..].CopyTo(place);
        }
    }
}
