namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// What RPCs carried besides messages, by kind. Subscriptions, IHAVE, GRAFT and PRUNE count their topics, IWANT and IDONTWANT their ids. All
/// values only grow.
/// </summary>
/// <param name="Subscribe">Subscriptions.</param>
/// <param name="Unsubscribe">Ends of subscriptions.</param>
/// <param name="IHave">IHAVE.</param>
/// <param name="IWant">IWANT.</param>
/// <param name="Graft">GRAFT.</param>
/// <param name="Prune">PRUNE.</param>
/// <param name="IDontWant">IDONTWANT.</param>
public readonly record struct ControlCounts(long Subscribe, long Unsubscribe, long IHave, long IWant, long Graft, long Prune, long IDontWant);
