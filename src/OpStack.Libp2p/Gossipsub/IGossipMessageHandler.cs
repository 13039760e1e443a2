using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>The verdict on a gossip message (wire.md 9.8).</summary>
public enum MessageAcceptance
{
    /// <summary>Deliver and forward.</summary>
    Accept,
    /// <summary>Drop; the sender broke a rule.</summary>
    Reject,
    /// <summary>Drop; nobody is to blame.</summary>
    Ignore,
}

/// <summary>A verdict, and whose fault a rejection is.</summary>
/// <param name="Acceptance">What happens to the message.</param>
/// <param name="IsSenderToBlame">
/// Of interest for <see cref="MessageAcceptance.Reject"/>: false when the fault may as well be ours (our clock, an outdated setting). The message
/// is dropped all the same, but costs its senders no score.
/// </param>
public readonly record struct MessageVerdict(MessageAcceptance Acceptance, bool IsSenderToBlame = true)
{
    /// <summary>Messages rejected earlier without blame that this one proves invalid: they cost their senders score now.</summary>
    public IReadOnlyList<InvalidMessage>? ProvenInvalid { get; init; }

    /// <summary>The usual case: who sends what is rejected is to blame.</summary>
    public static implicit operator MessageVerdict(MessageAcceptance acceptance) => new(acceptance);
}

/// <summary>Who sent an invalid message, and on which topic.</summary>
public readonly record struct InvalidMessage(PeerId Sender, string Topic);

/// <summary>A message's data, decoded once: its id and its body.</summary>
/// <param name="Id">The message id the application's rule gives these bytes.</param>
/// <param name="Body">The decoded (decompressed) bytes, owned by the message for good; empty when <paramref name="IsWellFormed"/> is false.</param>
/// <param name="IsWellFormed">False when the data could not be decoded; the message then still has an id, and is rejected by <see cref="IGossipMessageHandler.Check"/>.</param>
public readonly record struct DecodedMessage(MessageId Id, ReadOnlyMemory<byte> Body, bool IsWellFormed);

/// <summary>A message on its way through validation.</summary>
/// <param name="Source">The peer that sent it to us first; null for our own.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Decoded">Id and body.</param>
public sealed record GossipMessage(PeerId? Source, string Topic, DecodedMessage Decoded);

/// <summary>
/// The application's side of gossipsub. The order for one message is Decode, Check, Admit, Deliver.
/// What an implementation throws is logged and counts as Ignore: a fault of ours costs no peer its score.
/// </summary>
public interface IGossipMessageHandler
{
    /// <summary>Decodes raw message data. Pure; called in parallel; must bound what it allocates by what is declared and allowed.</summary>
    DecodedMessage Decode(string topic, ReadOnlySpan<byte> data);

    /// <summary>The stateless part of validation. Pure; called in parallel. The result goes to <see cref="Admit"/>.</summary>
    object? Check(GossipMessage message);

    /// <summary>The stateful part of validation: one call at a time, on the router's loop; must not block.</summary>
    MessageVerdict Admit(GossipMessage message, object? check);

    /// <summary>The message was accepted (and is being forwarded). On the router's loop; must not block.</summary>
    void Deliver(GossipMessage message, object? check);
}
