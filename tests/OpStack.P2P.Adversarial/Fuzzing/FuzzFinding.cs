namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>What an input did that it must not do.</summary>
internal enum FuzzFault
{
    None,

    /// <summary>The decoder threw.</summary>
    Exception,

    /// <summary>The decoder took over <see cref="FuzzProbe.TimeBudget"/>, four times in a row.</summary>
    Time,

    /// <summary>The decoder allocated more than the codec's budget for this length.</summary>
    Allocation,

    /// <summary>The input was accepted, and what must hold of it does not.</summary>
    Property,
}

/// <param name="Fault">What happened.</param>
/// <param name="Detail">In words.</param>
/// <param name="Input">The input, as small as the shrinker got it.</param>
internal sealed record FuzzFinding(FuzzFault Fault, string Detail, byte[] Input);
