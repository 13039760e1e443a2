using System.Net;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Protocol;

/// <summary>How a request or lookup ended.</summary>
internal abstract record RequestOutcome
{
    private RequestOutcome()
    {
    }

    /// <summary>No valid answer.</summary>
    internal sealed record Failed(Discv5Error Error) : RequestOutcome;

    /// <summary>The answer to a PING.</summary>
    /// <param name="EnrSequence">Sequence number of the peer's record.</param>
    /// <param name="Observed">Our endpoint as the peer sees it.</param>
    internal sealed record Pong(ulong EnrSequence, IPEndPoint Observed) : RequestOutcome;

    /// <summary>The records of all NODES packets, or the result of a lookup, closest first.</summary>
    /// <param name="Records">The records.</param>
    /// <param name="Hops">Of a lookup: the longest way to one of them (<see cref="Lookups.Lookup{TRecord}.Hops"/>); 1 for a single request.</param>
    /// <param name="Asked">Of a lookup: FINDNODEs it took; 1 for a single request.</param>
    internal sealed record Nodes(IReadOnlyList<Enr> Records, int Hops = 1, int Asked = 1) : RequestOutcome;

    /// <summary>The answer to a TALKREQ; empty if the peer does not speak the protocol.</summary>
    internal sealed record Talk(ReadOnlyMemory<byte> Response) : RequestOutcome;
}
