namespace OpStack.P2P.TestKit;

/// <summary>Seeded damage to valid encodings: what a hostile or broken peer sends is mostly almost right.</summary>
public static class Mutations
{
    /// <summary>Every proper prefix, shortest first.</summary>
    public static IEnumerable<byte[]> Truncations(byte[] valid) => Enumerable.Range(0, valid.Length).Select(length => valid[..length]);

    /// <summary>Every encoding that differs in one bit.</summary>
    public static IEnumerable<byte[]> BitFlips(byte[] valid)
    {
        for (int bit = 0; bit < valid.Length * 8; bit++)
        {
            byte[] copy = [.. valid];
            copy[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return copy;
        }
    }

    /// <summary>A valid encoding after one to four random edits, or random bytes.</summary>
    public static byte[] Mutate(Random random, byte[][] seeds)
    {
        List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)0xff, random.Next(1, 11)));
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at + 1)));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>
    /// Bytes that running the action allocates on this thread: the least of three runs, because the first use of a type, a table or a pool
    /// allocates for itself whatever the input is. The action must do the same each time.
    /// </summary>
    public static long AllocatedBy(Action action)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 3 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
