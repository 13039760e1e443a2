using OpStack.P2P.Adversarial.NodeCases.Attacks.Discovery;
using OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;
using OpStack.P2P.Adversarial.NodeCases.Attacks.Requests;
using OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;
using OpStack.P2P.Adversarial.NodeCases.Victim;
using OpStack.P2P.Sync;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>Every attack there is, in the order of attack-cases.md.</summary>
internal static class AllAttacks
{
    /// <summary>Of an ordinary attacker, before it takes another name: it is graylisted by then.</summary>
    private const int MessagesPerLife = 50;

    /// <summary>An attack has counts of its own, so each run makes a new one.</summary>
    public static IReadOnlyList<Func<Attack>> Factories { get; } =
    [
        () => new ConnectFlood(),
        () => new SlowHandshake(),
        () => new HandshakeGarbage(),
        () => new MultistreamFlood(),
        () => new YamuxGarbage(),
        () => new YamuxStreams(resets: false),
        () => new YamuxStreams(resets: true),
        () => new YamuxPings(),
        () => new StreamFlood("identify-push", "30", "/ipfs/id/push/1.0.0", _ => [1, 2], perSecond: 100),
        () => new StreamFlood("ping-streams", "31", "/ipfs/ping/1.0.0", _ => new byte[32], perSecond: 500, open: 50),
        () => new SubscriptionFlood(),
        () => new ControlFlood("graft-prune", "34, 38", perSecond: 250, ControlRpcs.GraftAndPrune),
        () => new ControlFlood("ihave-iwant", "35, 36", perSecond: 50, ControlRpcs.HaveAndWant),
        () => new ControlFlood("idontwant", "37", perSecond: 50, ControlRpcs.DontWant),
        () => new MessageFlood("invalid-signatures", "40", perSecond: 50, MessagesPerLife, Messages.BadlySigned) { JudgedPerLife = 5 },
        () => new MessageFlood("snappy-bombs", "1, 2", perSecond: 25, MessagesPerLife, Messages.SnappyBomb),
        () => new MessageFlood("garbage-messages", "41", perSecond: 1_000, perLife: 2_000, Messages.Garbage),
        () => new MessageFlood("duplicates", "41", perSecond: 500, perLife: int.MaxValue, Messages.Repeated()),
        () => new SlowConsumer(),
        () => new Churn(),
        () => new UdpGarbage(),
        () => new UdpHandshakes(),
        () => new StreamFlood("sync-requests", "(sync)", SyncProtocol.Ids(HonestBlocks.ChainId)[0], SyncProtocol.Request, perSecond: 250, open: 200),
        () => new RpcBodies(),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Factories.Select(create => create().Name)];

    /// <summary>All for "all", otherwise those named, by commas.</summary>
    public static bool TryFind(string names, out IReadOnlyList<Func<Attack>> found)
    {
        found = names == "all" ? Factories : [.. names.Split(',').Select(name => Factories.FirstOrDefault(create => create().Name == name)!)];
        return found.All(create => create is not null);
    }
}
