using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;

/// <summary>What the floods of control send.</summary>
internal static class ControlRpcs
{
    /// <summary>Subscribes and leaves, grafts and prunes with the longest backoff there is, in turn.</summary>
    public static GossipRpc GraftAndPrune(Random random, int i)
    {
        GossipRpc rpc = new();
        if (i % 2 == 0)
        {
            rpc.Graft.AddRange([HonestBlocks.Topic, HonestBlocks.Topic, "/optimism/1/9/blocks"]);
        }
        else
        {
            rpc.Prune.Add(new Prune(HonestBlocks.Topic, TimeSpan.FromSeconds(i % 4 == 1 ? 1 : 3_600), []));
            rpc.Subscriptions.Add(new SubscriptionEntry(HonestBlocks.Topic, Subscribe: random.Next(2) == 0));
        }

        return rpc;
    }

    /// <summary>5,000 messages that do not exist, and 1,000 asked for.</summary>
    public static GossipRpc HaveAndWant(Random random, int i)
    {
        GossipRpc rpc = new();
        if (i % 2 == 0)
        {
            rpc.IHave.Add(new IHave(HonestBlocks.Topic, Ids(random, 5_000)));
        }
        else
        {
            rpc.IWant.AddRange(Ids(random, 1_000));
        }

        return rpc;
    }

    /// <summary>1,000 messages that are not wanted.</summary>
    public static GossipRpc DontWant(Random random, int i)
    {
        GossipRpc rpc = new();
        rpc.IDontWant.AddRange(Ids(random, 1_000));
        return rpc;
    }

    private static MessageId[] Ids(Random random, int count)
    {
        MessageId[] ids = new MessageId[count];
        Span<byte> id = stackalloc byte[20];
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(id);
            ids[i] = new MessageId(id);
        }

        return ids;
    }
}
