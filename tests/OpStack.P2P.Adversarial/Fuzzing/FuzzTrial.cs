namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>One input being tried. Each is an object of its own, so that one seen twice is the same trial, not the same bytes again.</summary>
internal sealed class FuzzTrial(long block, byte[] input)
{
    /// <summary>The block it is of: with seed and codec it comes again.</summary>
    public long Block { get; } = block;

    public byte[] Input { get; } = input;
}
