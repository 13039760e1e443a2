using System.Net;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Protocol;

/// <summary>
/// What a host asks of a <see cref="Discv5Protocol"/>. <c>Caller</c> is opaque and comes back in exactly one
/// <see cref="ProtocolOutput.Completed"/>.
/// </summary>
internal abstract record ProtocolInput
{
    private ProtocolInput()
    {
    }

    /// <summary>PING.</summary>
    internal sealed record Ping(NodeContact To, object Caller) : ProtocolInput;

    /// <summary>FINDNODE; distances of 0 to 256, at most <see cref="Discv5Limits.MaxFindNodeDistances"/>.</summary>
    internal sealed record FindNode(NodeContact To, IReadOnlyList<int> Distances, object Caller) : ProtocolInput;

    /// <summary>TALKREQ.</summary>
    internal sealed record Talk(NodeContact To, ReadOnlyMemory<byte> Protocol, ReadOnlyMemory<byte> Payload, object Caller) : ProtocolInput;

    /// <summary>The host's answer to a <see cref="ProtocolOutput.TalkRequested"/>.</summary>
    internal sealed record TalkAnswer(ProtocolOutput.TalkRequested Request, ReadOnlyMemory<byte> Response) : ProtocolInput;

    /// <summary>An iterative lookup; of a random target when it is null.</summary>
    internal sealed record Lookup(NodeId? Target, object Caller) : ProtocolInput;

    /// <summary>A record from the host: a boot node or one that was stored.</summary>
    internal sealed record AddEnr(Enr Record) : ProtocolInput;

    /// <summary>Takes a node out of the table, as kona's eviction does.</summary>
    internal sealed record RemoveNode(NodeId NodeId) : ProtocolInput;

    /// <summary>Bans a node, an address, or both; what it had in table, sessions and requests is dropped.</summary>
    internal sealed record Ban(NodeId? NodeId, IPAddress? Address, TimeSpan Duration) : ProtocolInput;

    /// <summary>Lifts a ban.</summary>
    internal sealed record Unban(NodeId? NodeId, IPAddress? Address) : ProtocolInput;

    /// <summary>Changes entries of our own record; the sequence number rises by one if anything changed.</summary>
    /// <param name="Change">What to change.</param>
    /// <param name="IsStaticIp">Whether peers have no say in our address from now on; null: as before.</param>
    internal sealed record ChangeLocalEnr(Action<EnrBuilder> Change, bool? IsStaticIp = null) : ProtocolInput;
}
