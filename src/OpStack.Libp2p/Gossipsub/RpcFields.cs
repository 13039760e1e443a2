namespace OpStack.Libp2p.Gossipsub;

/// <summary>Field numbers of the gossipsub protobuf (wire.md 9.2).</summary>
internal static class RpcFields
{
    public const int Subscriptions = 1;
    public const int Publish = 2;
    public const int Control = 3;

    public const int SubscriptionSubscribe = 1;
    public const int SubscriptionTopic = 2;

    public const int MessageFrom = 1;
    public const int MessageData = 2;
    public const int MessageSeqno = 3;
    public const int MessageTopic = 4;
    public const int MessageSignature = 5;
    public const int MessageKey = 6;

    public const int ControlIHave = 1;
    public const int ControlIWant = 2;
    public const int ControlGraft = 3;
    public const int ControlPrune = 4;
    public const int ControlIDontWant = 5;

    /// <summary>topicID of IHAVE, GRAFT and PRUNE.</summary>
    public const int ControlTopic = 1;

    public const int IHaveIds = 2;

    /// <summary>messageIDs of IWANT and IDONTWANT.</summary>
    public const int WantIds = 1;

    public const int PrunePeers = 2;
    public const int PruneBackoff = 3;

    public const int PeerInfoId = 1;
    public const int PeerInfoSignedRecord = 2;

    /// <summary>The one-byte tag of a length-delimited field; good for fields below 16.</summary>
    public static byte LengthDelimitedTag(int field) => (byte)((field << 3) | 2);
}
