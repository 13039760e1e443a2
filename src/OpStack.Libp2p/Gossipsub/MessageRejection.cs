namespace OpStack.Libp2p.Gossipsub;

/// <summary>Why a message went no further (names and effects of go-libp2p-pubsub; wire.md 9.8, 9.15).</summary>
internal enum MessageRejection
{
    /// <summary>Field signature is present although the policy is StrictNoSign: an invalid message.</summary>
    UnexpectedSignature,
    /// <summary>Field from, seqno or key is present although the policy is StrictNoSign: an invalid message.</summary>
    UnexpectedAuthInfo,
    /// <summary>The handler rejected it: an invalid message.</summary>
    ValidationFailed,
    /// <summary>The handler ignored it: nobody is to blame.</summary>
    ValidationIgnored,
    /// <summary>Too many validations were under way in all: our own fault; the id stays seen.</summary>
    ValidationThrottled,
    /// <summary>Its topic's validation queue was full: our own fault; the id is not seen, so that another copy can be taken.</summary>
    ValidationQueueFull,
}
