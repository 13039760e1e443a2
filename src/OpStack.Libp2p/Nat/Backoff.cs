namespace OpStack.Libp2p.Nat;

/// <summary>The pauses after failures.</summary>
internal static class Backoff
{
    /// <summary>The pause after so many failures in a row.</summary>
    /// <param name="failures">At least 1.</param>
    /// <param name="options">The first and the longest pause.</param>
    /// <param name="told">How long the other side says it will go on failing; null when it does not. Only within the longest pause.</param>
    public static TimeSpan After(int failures, PortMapperOptions options, TimeSpan? told = null)
    {
        TimeSpan pause = options.RetryBase;
        for (int i = 1; i < failures && pause < options.RetryMax; i++)
        {
            pause *= 2;
        }

        if (told > pause)
        {
            pause = told.Value;
        }

        return pause < options.RetryMax ? pause : options.RetryMax;
    }
}
