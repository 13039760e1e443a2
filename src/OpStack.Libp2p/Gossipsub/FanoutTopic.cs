namespace OpStack.Libp2p.Gossipsub;

/// <summary>The peers we publish a topic to that we have not joined.</summary>
internal sealed class FanoutTopic
{
    public HashSet<RouterPeer> Peers { get; } = [];

    public TimeSpan LastPublish { get; set; }
}
