using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What ingest gives to the router's loop.</summary>
/// <param name="Input">The input; null for <see cref="Copy"/>.</param>
/// <param name="Frame">Room of the frame it came in; given back once the router has the input.</param>
/// <param name="Message">Room of the decoded message; given back with the verdict.</param>
internal readonly record struct IngestedInput(RouterInput? Input, IDisposable? Frame, IDisposable? Message)
{
    /// <summary>What came when <see cref="Input"/> is null.</summary>
    public ReceivedCopy Copy { get; init; }

    /// <summary>Of a message: what copies of it wait for. Completed once the router has decided, without an id if the message went no further.</summary>
    public RetainedFrames.Entry? Entry { get; init; }
}

/// <summary>Where ingest's results go. Waits when the router is behind; the peer it reads from then waits too.</summary>
internal interface IIngestSink
{
    /// <summary>True when messages of the topic are wanted. Any thread.</summary>
    bool IsSubscribed(string topic);

    /// <summary>True while the peer's score is below the graylist threshold: its messages are not worth decoding. Any thread.</summary>
    bool IsGraylisted(PeerId peer);

    /// <summary>Takes over the input, its frame reference and its rooms, also when it throws.</summary>
    ValueTask PostAsync(IngestedInput input, CancellationToken cancellationToken);
}

/// <summary>
/// From a frame to the router's inputs, off the router's loop: graylist, counts, topic allow-list, StrictNoSign, duplicate
/// check, and one decode per message. The caller gives the frames of one peer one at a time; peers run in parallel.
/// </summary>
internal sealed partial class Ingest : IDisposable
{
    private readonly TopicTable _topics;
    private readonly IGossipMessageHandler _handler;
    private readonly IIngestSink _sink;
    private readonly GossipsubCounters _counters;
    private readonly ILogger _logger;
    private readonly RetainedFrames _retained = new();

    // A decoded message exists before its length is known to the budget; this bounds how many do.
    private readonly SemaphoreSlim _decoding = new(Environment.ProcessorCount);

    public Ingest(
        TopicTable topics, IGossipMessageHandler handler, IIngestSink sink, GossipsubCounters counters, TimeProvider time, ILogger logger)
    {
        _topics = topics;
        _handler = handler;
        _sink = sink;
        _counters = counters;
        _logger = logger;
        Messages = new IngestBudget(RpcLimits.MessagesInFlight, RpcLimits.FrameGrace, time);
        Frames = new FrameRooms(time);
    }

    /// <summary>Room for the frames of all peers.</summary>
    public FrameRooms Frames { get; }

    /// <summary>Room for the messages that have no verdict yet: frame and body.</summary>
    public IngestBudget Messages { get; }

    /// <summary>Takes over a frame and posts what is in it: messages first, then subscriptions and control (wire.md 9.6).</summary>
    /// <exception cref="Libp2pException">ProtocolViolation: the bytes are no RPC; the stream is to be reset.</exception>
    public async ValueTask ProcessAsync(PeerId peer, IngestFrame received, CancellationToken cancellationToken)
    {
        using IngestFrame frame = received;
        Interlocked.Increment(ref _counters.RpcsReceived);
        Interlocked.Add(ref _counters.BytesReceived, frame.Length);
        GossipLog.RpcReceived(_logger, peer, frame.Length);
        bool isGraylisted = _sink.IsGraylisted(peer);
        if (frame.TryRead(_topics, out IngestedMessage message))
        {
            if (isGraylisted)
            {
                Interlocked.Increment(ref _counters.MessagesGraylisted);
                return;
            }

            await AcceptAsync(peer, frame, message, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!RpcReader.TryRead(frame.Body.Span, _topics, out GossipRpc rpc, out RpcError error))
        {
            Interlocked.Increment(ref _counters.RpcsRefused);
            GossipLog.RpcRefused(_logger, peer, frame.Length, error);
            if (error == RpcError.Malformed)
            {
                throw new Libp2pException(Libp2pError.ProtocolViolation, "The RPC is malformed.");
            }

            return;
        }

        _counters.ControlReceived.Add(rpc);
        Interlocked.Add(ref _counters.NotSubscribed, rpc.ForeignMessages);
        if (isGraylisted)
        {
            Interlocked.Add(ref _counters.MessagesGraylisted, rpc.Publish.Count);
        }
        else
        {
            foreach (PublishEntry entry in rpc.Publish)
            {
                await PublishedAsync(peer, entry, frame, cancellationToken).ConfigureAwait(false);
            }
        }

        // A graylisted peer's subscriptions still count (go-libp2p-pubsub); the router ignores the rest.
        if (rpc.Subscriptions.Count > 0 || rpc.HasControl)
        {
            await _sink.PostAsync(new IngestedInput(new RouterInput.RpcReceived(peer, rpc), null, null), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a longer frame of the peer, which can only be a message, is not worth reading. Counts it then.</summary>
    public bool PassesOver(PeerId peer)
    {
        bool isGraylisted = _sink.IsGraylisted(peer);
        Interlocked.Add(ref _counters.MessagesGraylisted, isGraylisted ? 1 : 0);
        return isGraylisted;
    }

    /// <summary>The peer opened its stream anew; before its first frame is read.</summary>
    public ValueTask ReopenedAsync(PeerId peer, CancellationToken cancellationToken) =>
        _sink.PostAsync(new IngestedInput(new RouterInput.StreamReopened(peer), null, null), cancellationToken);

    /// <summary>What may have been a message of the peer was lost for a reason of ours.</summary>
    public ValueTask LostAsync(PeerId peer) =>
        _sink.PostAsync(new IngestedInput(new RouterInput.MessageLost(peer), null, null), CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose()
    {
        Frames.Dispose();
        Messages.Dispose();
        _decoding.Dispose();
    }

    private async ValueTask PublishedAsync(PeerId peer, PublishEntry entry, IngestFrame frame, CancellationToken cancellationToken)
    {
        // Before the policy, as in go: nobody is blamed for what we did not ask for.
        if (!_sink.IsSubscribed(entry.Topic))
        {
            Interlocked.Increment(ref _counters.NotSubscribed);
            return;
        }

        if (entry.HasSignature || entry.HasAuthInfo)
        {
            Interlocked.Increment(ref _counters.PolicyRefused);
            MessageRejection reason = entry.HasSignature ? MessageRejection.UnexpectedSignature : MessageRejection.UnexpectedAuthInfo;
            await _sink.PostAsync(new IngestedInput(new RouterInput.InvalidReceived(peer, entry.Topic, reason), null, null), cancellationToken).ConfigureAwait(false);
            return;
        }

        // Framed anew: what is forwarded carries neither unknown fields nor other messages.
        ReadOnlyMemory<byte> data = frame.Body.Slice(entry.DataOffset, entry.DataLength);
        if (GossipFrame.TryEncode(entry.Topic, data.Span, out GossipFrame? message))
        {
            await AcceptAsync(peer, message, null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Interlocked.Increment(ref _counters.RpcsRefused);
        }
    }
}
