using OpStack.P2P.Adversarial.Codecs;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>Every codec that reads bytes or text of somebody else's.</summary>
internal static class AllCodecs
{
    public static IReadOnlyList<Func<FuzzCodec>> Factories { get; } =
    [
        () => new RlpCodec(),
        () => new YamuxHeaderCodec(),
        () => new MultiaddrCodec(),
        () => new MultiaddrTextCodec(),
        () => new GossipRpcCodec(),
    ];

    public static IEnumerable<string> Names => Factories.Select(create => create().Name);

    /// <summary><c>all</c>, or names with commas between them.</summary>
    public static bool TryFind(string names, out IReadOnlyList<Func<FuzzCodec>> codecs)
    {
        if (names == "all")
        {
            codecs = Factories;
            return true;
        }

        Func<FuzzCodec>?[] found = [.. names.Split(',').Select(name => Factories.FirstOrDefault(create => create().Name == name))];
        codecs = [.. found.OfType<Func<FuzzCodec>>()];
        return codecs.Count == found.Length;
    }
}
