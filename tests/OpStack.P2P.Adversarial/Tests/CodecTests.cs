using FsCheck;
using FsCheck.Fluent;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Adversarial.Tests;

/// <summary>The fuzz lane in short, for every codec (attack-cases.md rows 12 and 13). The long one is a program: docs/fuzzing.md.</summary>
public sealed class CodecTests
{
    /// <summary>Mutated inputs per codec in a test run, which is not optimised; .ci/run tries 200,000.</summary>
    private const int Inputs = 10_000;

    private const int Seed = 20_261_126;

    /// <summary>Every seed is lengthened by each count of bytes up to this one.</summary>
    private const int EveryExtensionUpTo = 33;

    /// <summary>The longest seed is lengthened in so many steps until it is twice as long.</summary>
    private const int LongExtensions = 64;

    public static TheoryData<string> Names => [.. AllCodecs.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_seed_and_what_is_generated_is_accepted_and_keeps_what_must_hold(string name)
    {
        FuzzCodec codec = Create(name);
        Assert.All(codec.Seeds, seed => AssertAccepted(codec, seed));
    }

    [Theory]
    [Trait("Row", "13")]
    [MemberData(nameof(Names))]
    public void What_is_encoded_is_decoded_as_the_same(string name)
    {
        FuzzCodec codec = Create(name);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => AssertComesBack(codec, codec.Generate(new System.Random(seed))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Truncated_and_extended_at_every_length_it_is_judged_within_its_budgets(string name)
    {
        FuzzCodec codec = Create(name);
        FuzzProbe probe = new(codec);
        byte[] longest = codec.Seeds.MaxBy(seed => seed.Length)!;
        IEnumerable<int> longer = Enumerable.Range(1, LongExtensions).Select(step => longest.Length * step / LongExtensions);
        foreach (byte[] seed in codec.Seeds)
        {
            Assert.Null(probe.Try(seed));
            IEnumerable<int> extensions = Enumerable.Range(1, EveryExtensionUpTo).Concat(ReferenceEquals(seed, longest) ? longer.Where(more => more > EveryExtensionUpTo) : []);
            foreach (byte[] wrong in Mutations.Truncations(seed).Concat(extensions.SelectMany(more => Extended(seed, more))))
            {
                FuzzFinding? finding = probe.Try(wrong);
                Assert.True(finding is null, $"{finding?.Fault}: {finding?.Detail} ({Convert.ToHexString(wrong)})");
                bool mayBeValid = wrong.Length < seed.Length ? !codec.HasOneLength : codec.MayBeLonger(wrong.Length - seed.Length);
                Assert.False(probe.Accepted && !mayBeValid, $"accepted at {wrong.Length} bytes, valid at {seed.Length}");
            }
        }
    }

    [Theory]
    [Trait("Row", "12")]
    [MemberData(nameof(Names))]
    public void Mutated_10_000_times_it_never_throws_and_keeps_its_budgets(string name)
    {
        FuzzTotals totals = FuzzRun.Run(() => Create(name), Seed, Inputs, time: null, workers: 1);
        Assert.Empty(totals.Findings.Select(finding => $"{finding.Fault}: {finding.Detail} ({Convert.ToHexString(finding.Input)})"));
        Assert.Equal(Inputs, totals.Inputs);
        Assert.InRange(totals.Accepted, Inputs / 1_000, Inputs - (Inputs / 1_000));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inputs_that_were_findings_once_are_none_any_more(string name)
    {
        FuzzProbe probe = new(Create(name));
        Assert.All(Corpus.OfRepository.FilesOf(name), file => Assert.Null(probe.Try(File.ReadAllBytes(file))));
    }

    private static FuzzCodec Create(string name) =>
        AllCodecs.TryFind(name, out IReadOnlyList<Func<FuzzCodec>> codecs) ? codecs[0]() : throw new ArgumentException("no codec", nameof(name));

    private static bool AssertAccepted(FuzzCodec codec, byte[] valid)
    {
        FuzzProbe probe = new(codec);
        FuzzFinding? finding = probe.Try(valid);
        Assert.True(finding is null && probe.Accepted, $"{finding?.Fault}: {finding?.Detail} ({Convert.ToHexString(valid)})");
        return true;
    }

    private static bool AssertComesBack(FuzzCodec codec, byte[] generated)
    {
        AssertAccepted(codec, generated);

        // Once more, since the look for broken properties may have decoded something else.
        codec.Prepare(generated);
        Assert.True(codec.TryDecode(generated));
        string? loss = codec.FindLoss(generated);
        Assert.True(loss is null, $"{loss} ({Convert.ToHexString(generated)})");
        return true;
    }

    private static byte[][] Extended(byte[] valid, int more) =>
        [[.. valid, .. new byte[more]], [.. valid, .. Enumerable.Repeat((byte)0xff, more)], [.. valid, .. valid.AsSpan(0, Math.Min(more, valid.Length))]];
}
