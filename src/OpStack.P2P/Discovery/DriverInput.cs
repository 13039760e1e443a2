using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Discovery;

/// <summary>What the driver's loop is told.</summary>
internal abstract record DriverInput
{
    private DriverInput()
    {
    }

    /// <summary>Time for a random lookup.</summary>
    internal sealed record LookupDue : DriverInput;

    /// <summary>Time to evict a random table entry.</summary>
    internal sealed record EvictionDue : DriverInput;

    /// <summary>Time to save the boot store.</summary>
    internal sealed record StoreDue : DriverInput;

    /// <summary>A record turned up.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Answered">Its node answered us, so it is worth storing: a record alone costs an attacker nothing.</param>
    internal sealed record Found(Enr Record, bool Answered) : DriverInput;

    /// <summary>The host banned these.</summary>
    internal sealed record Ban(IReadOnlyList<NodeId> Nodes, IReadOnlyList<IPAddress> Addresses, TimeSpan Duration) : DriverInput;
}
