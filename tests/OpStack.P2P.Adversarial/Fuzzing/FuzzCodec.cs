using OpStack.P2P.TestKit;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>
/// A codec under attack: what is valid, how it is damaged, and what must hold of all it accepts. It keeps what it decoded last, so every
/// worker has its own.
/// </summary>
internal abstract class FuzzCodec
{
    /// <summary>Shared by all codecs: what a decoder may allocate whatever the input is, for its result object and its small tables.</summary>
    protected const long FixedBudget = 4_096;

    /// <summary>As <c>--codec</c> names it, and its folder of the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>Valid encodings, every kind of them. Each is accepted.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Whether a valid encoding is never valid with bytes missing at its end or added to it.</summary>
    public virtual bool HasOneLength => false;

    /// <summary>Whether a valid encoding with so many bytes added may be valid too.</summary>
    public virtual bool MayBeLonger(int more) => !HasOneLength;

    /// <summary>The longest input to try: what is longer is cut.</summary>
    public virtual int MaxLength => 8_192;

    /// <summary>Most bytes that a decode of an input of this length may allocate.</summary>
    public virtual long AllocationBudget(int length) => FixedBudget + (8L * length);

    /// <summary>What is to be done with an input before it is measured.</summary>
    public virtual void Prepare(byte[] input)
    {
    }

    /// <summary>Decodes, and says whether the input is accepted. Whatever it throws is a finding; its time and its allocations are measured.</summary>
    public abstract bool TryDecode(byte[] input);

    /// <summary>What does not hold of the input accepted last (usually: encoded again it is not the same); null when all holds.</summary>
    public abstract string? FindBrokenProperty(byte[] input);

    /// <summary>What does not hold of a refusal of the input tried last; null when all holds.</summary>
    public virtual string? FindBrokenRefusal(byte[] input) => null;

    /// <summary>A random valid encoding. The values in it are kept, or can be had from it, for <see cref="FindLoss"/>.</summary>
    public abstract byte[] Generate(Random random);

    /// <summary>
    /// What of the values in the encoding that was generated last, and decoded last, the decoder did not give back; null when it gave back
    /// all. Where the format has one encoding for a value: the same bytes.
    /// </summary>
    public abstract string? FindLoss(byte[] generated);

    /// <summary>Damages a valid encoding: half of the time as the format is built, half of the time byte by byte.</summary>
    public byte[] Mutate(Random random, byte[][] pool)
    {
        byte[] mutant = random.Next(2) == 0
            ? Mutations.Mutate(random, pool)
            : MutateStructure(random, pool[random.Next(pool.Length)]);
        return mutant.Length <= MaxLength ? mutant : mutant[..MaxLength];
    }

    /// <summary>What is told when two encodings are not the same; null when they are.</summary>
    protected static string? Difference(ReadOnlySpan<byte> again, ReadOnlySpan<byte> generated) =>
        again.SequenceEqual(generated) ? null : $"encoded again it is {Convert.ToHexString(again)}";

    /// <summary>Damages one valid encoding in a way that gets past its outer checks.</summary>
    protected abstract byte[] MutateStructure(Random random, byte[] valid);
}
