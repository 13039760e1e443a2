using System.Text.Json.Nodes;
using OpStack.Discv5;

namespace OpStack.P2P.Interop.Tests;

/// <summary>Ten of ours and ten of theirs in one network, in which each knows but one other at first.</summary>
public sealed class Discv5MixedNetworkTests
{
    private const ulong ChainId = 901;
    private const int Each = 10;
    private const int MaxLookups = 40;

    [InteropFact]
    public async Task Every_node_knows_every_other_within_40_lookups()
    {
        await using Discv5Peers theirs = await Discv5Peers.StartAsync(ChainId, Each);
        List<Discv5OurNode> ours = [];
        try
        {
            for (int i = 0; i < Each; i++)
            {
                // A chain of first acquaintances across both kinds: ours 0, theirs 0, ours 1, theirs 1 and so on.
                ours.Add(await Discv5OurNode.StartAsync(ChainId));
                await theirs.CallAsync("addEnr", new { node = i, enr = ours[i].Enr.ToString() });
                if (i > 0)
                {
                    await ours[i].Service.AddEnrAsync(theirs.Enrs[i - 1]);
                }
            }

            HashSet<NodeId> all = [.. ours.Select(n => n.Enr.NodeId), .. theirs.Enrs.Select(e => e.NodeId)];
            int lookups = 0;
            while (await MissingAsync(ours, theirs, all) is { Count: > 0 } missing)
            {
                Assert.True(lookups++ < MaxLookups, $"After {MaxLookups} lookups by each node: {string.Join("; ", missing)}");
                await BootstrapAgainAsync(ours, theirs);
                await Task.WhenAll([theirs.CallAsync("lookups"), .. ours.Select(n => n.LookupAsync())]);
            }
        }
        finally
        {
            await Task.WhenAll(ours.Select(n => n.DisposeAsync().AsTask()));
        }
    }

    /// <summary>
    /// A node that lost the one acquaintance it had, for a late answer on a busy machine, is given it again, as every application does with its boot
    /// nodes (our driver too).
    /// </summary>
    private static async Task BootstrapAgainAsync(List<Discv5OurNode> ours, Discv5Peers theirs)
    {
        for (int i = 0; i < Each; i++)
        {
            if (Discv5Peers.Records((await theirs.CallAsync("table", new { node = i }))!).Length == 0)
            {
                await theirs.CallAsync("addEnr", new { node = i, enr = ours[i].Enr.ToString() });
            }

            if (i > 0 && (await ours[i].Service.GetTableEnrsAsync()).Count == 0)
            {
                await ours[i].Service.AddEnrAsync(theirs.Enrs[i - 1]);
            }
        }
    }

    /// <summary>Which nodes do not know how many others.</summary>
    private static async Task<List<string>> MissingAsync(List<Discv5OurNode> ours, Discv5Peers theirs, HashSet<NodeId> all)
    {
        List<string> missing = [];
        foreach (Discv5OurNode node in ours)
        {
            Note("ours", node.Enr.NodeId, await node.KnownAsync());
        }

        JsonArray known = (await theirs.CallAsync("known"))!["nodes"]!.AsArray();
        for (int i = 0; i < Each; i++)
        {
            HashSet<string> ids = [.. known[i]!.AsArray().Select(id => (string)id!)];
            Note("theirs", theirs.Enrs[i].NodeId, all.Where(id => ids.Contains(id.ToString())).ToHashSet());
        }

        return missing;

        void Note(string kind, NodeId self, IReadOnlySet<NodeId> heardOf)
        {
            int unknown = all.Count(id => id != self && !heardOf.Contains(id));
            if (unknown > 0)
            {
                missing.Add($"{kind} {self} misses {unknown}");
            }
        }
    }
}
