using System.Net;
using OpStack.Discv5.Messages;

namespace OpStack.Discv5.Protocol;

/// <summary>What a <see cref="Discv5Protocol"/> wants done, in order.</summary>
internal abstract record ProtocolOutput
{
    private ProtocolOutput()
    {
    }

    /// <summary>Send a datagram.</summary>
    internal sealed record Send(IPEndPoint To, ReadOnlyMemory<byte> Datagram) : ProtocolOutput;

    /// <summary>Tell the host.</summary>
    internal sealed record Raise(Discv5Event Event) : ProtocolOutput;

    /// <summary>A command ended.</summary>
    internal sealed record Completed(object Caller, RequestOutcome Outcome) : ProtocolOutput;

    /// <summary>
    /// A peer asks a handler; answered by <see cref="ProtocolInput.TalkAnswer"/>, with empty bytes when there is no handler. An answer that
    /// comes when the session is gone is dropped.
    /// </summary>
    internal sealed record TalkRequested(
        NodeAddress From, RequestId RequestId, ReadOnlyMemory<byte> Protocol, ReadOnlyMemory<byte> Payload) : ProtocolOutput;
}
