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

    /// <summary>
    /// Peers see us at an address, and it is now known whether strangers reach us there. If not, it has left our record
    /// (<see cref="Discv5Options.AddressTrial"/>).
    /// </summary>
    /// <param name="EndPoint">The address.</param>
    /// <param name="IsReachable">Whether they do.</param>
    public sealed record AddressTried(IPEndPoint EndPoint, bool IsReachable) : Discv5Event;

    /// <summary>
    /// The service went deaf, or hears again (<see cref="Discv5Service.Health"/>). Raised beside the loop, so it may overtake other events.
    /// </summary>
    /// <param name="Health">What it is now.</param>
    public sealed record HealthChanged(Discv5Health Health) : Discv5Event;

    /// <summary>Our own record changed: peers agree on another address of ours or do not reach us there, or the host changed an entry.</summary>
    /// <param name="Record">The new record.</param>
    public sealed record LocalEnrUpdated(Enr Record) : Discv5Event;
}
