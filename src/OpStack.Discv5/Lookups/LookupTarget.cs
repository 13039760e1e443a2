using OpStack.Primitives;

namespace OpStack.Discv5.Lookups;

/// <summary>What lookups that keep the table full aim at.</summary>
internal static class LookupTarget
{
    /// <summary>Any id, each as likely as any other.</summary>
    public static NodeId Random(Random random)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        random.NextBytes(bytes);
        return new NodeId(new Hash256(bytes));
    }

    /// <summary>The targets of one refresh of the table, in order: our own id, whose neighbours matter most, then 3 random ones.</summary>
    public static NodeId[] OfRefresh(NodeId self, Random random)
    {
        NodeId[] targets = new NodeId[1 + LookupLimits.RefreshLookups];
        targets[0] = self;
        for (int i = 1; i < targets.Length; i++)
        {
            targets[i] = Random(random);
        }

        return targets;
    }
}
