using System.Net;
using OpStack.Discv5.Records;

namespace OpStack.Discv5;

/// <summary>What a host may want to know of the network, in the order in which it happened.</summary>
public abstract record Discv5Event
{
    private Discv5Event()
    {
    }

    /// <summary>A handshake is done: the peer proved its identity and its endpoint.</summary>
    /// <param name="Record">The peer's record.</param>
    /// <param name="EndPoint">Where it sends from.</param>
    /// <param name="Outbound">We made the first contact.</param>
    public sealed record SessionEstablished(Enr Record, IPEndPoint EndPoint, bool Outbound) : Discv5Event;

    /// <summary>
    /// A record was received that is new to us or newer than the one we knew: from a NODES answer, a handshake, or the node itself. Its signature is
    /// good; that the node lives is not known yet.
    /// </summary>
    /// <param name="Record">The record.</param>
    public sealed record Discovered(Enr Record) : Discv5Event;

    /// <summary>Our own record changed: peers agree on another address of ours, or the host changed an entry.</summary>
    /// <param name="Record">The new record.</param>
    public sealed record LocalEnrUpdated(Enr Record) : Discv5Event;
}
