namespace OpStack.Libp2p.Tests;

/// <summary>A test of minutes, which runs when LONG_TESTS=1 is set.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("LONG_TESTS") != "1")
        {
            Skip = "Takes minutes; set LONG_TESTS=1 to run it.";
        }
    }
}
