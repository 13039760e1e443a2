namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>Makes an input that does something smaller and plainer while it still does the same.</summary>
internal static class Shrinker
{
    /// <summary>Most inputs tried for one finding.</summary>
    private const int MaxTries = 20_000;

    public static FuzzFinding Shrink(FuzzProbe probe, FuzzFinding finding)
    {
        int tries = 0;
        for (bool smaller = true; smaller && tries < MaxTries;)
        {
            smaller = false;
            foreach (byte[] candidate in Candidates(finding.Input))
            {
                if (++tries > MaxTries)
                {
                    break;
                }

                if (probe.Try(candidate) is { } same && same.Fault == finding.Fault)
                {
                    finding = same;
                    smaller = true;
                    break;
                }
            }
        }

        return finding;
    }

    // Long cuts first, then every byte to zero: each is smaller than the input in length or in the count of its non-zero bytes, so it ends.
    private static IEnumerable<byte[]> Candidates(byte[] input)
    {
        for (int length = input.Length; length > 0; length /= 2)
        {
            for (int at = 0; at + length <= input.Length; at += length)
            {
                yield return [.. input[..at], .. input[(at + length)..]];
            }
        }

        for (int at = 0; at < input.Length; at++)
        {
            if (input[at] != 0)
            {
                byte[] plainer = [.. input];
                plainer[at] = 0;
                yield return plainer;
            }
        }
    }
}
