namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>
/// A stretch of inputs that depends on nothing but the seed, the codec and its number, so that a finding comes again whatever the count of
/// workers is. Accepted mutants are damaged further.
/// </summary>
internal static class FuzzBlock
{
    /// <summary>Inputs of a whole block.</summary>
    public const int Size = 50_000;

    /// <summary>Accepted mutants that are kept for more, beside the seeds.</summary>
    private const int PoolSize = 64;

    /// <summary>Runs the first <paramref name="count"/> inputs of the probe's block; stops where the codec has <paramref name="maxFindings"/>.</summary>
    public static void Run(FuzzProbe probe, int seed, int count, FuzzTotals totals, int maxFindings)
    {
        FuzzCodec codec = probe.Codec;
        Random random = new(HashCodeOf(seed, codec.Name, probe.Block));
        byte[][] pool = [.. codec.Seeds];
        int seeds = pool.Length;
        foreach (byte[] valid in codec.Seeds)
        {
            _ = probe.Try(valid);
        }

        for (int i = 0; i < count && totals.Findings.Count < maxFindings; i++)
        {
            byte[] input = codec.Mutate(random, pool);
            FuzzFinding? finding = probe.Try(input);
            totals.Count(probe);
            if (finding is not null)
            {
                totals.Add(Shrinker.Shrink(probe, finding));
            }
            else if (probe.Accepted)
            {
                int at = seeds + random.Next(PoolSize);
                if (at >= pool.Length)
                {
                    pool = [.. pool, input];
                }
                else
                {
                    pool[at] = input;
                }
            }
        }
    }

    // Not string.GetHashCode, which differs from process to process.
    private static int HashCodeOf(int seed, string name, long block)
    {
        uint hash = 2_166_136_261;
        foreach (char c in $"{seed}/{name}/{block}")
        {
            hash = (hash ^ c) * 16_777_619;
        }

        return (int)hash;
    }
}
