namespace OpStack.Libp2p.Gossipsub;

/// <summary>The counters behind <see cref="GossipsubStatistics"/>; the numbers are only touched through <see cref="Interlocked"/>.</summary>
internal sealed class GossipsubCounters
{
    public long RpcsReceived;
    public long BytesReceived;
    public long RpcsRefused;
    public long MessagesDecoded;
    public long CopiesRecognised;
    public long PolicyRefused;
    public long NotSubscribed;
    public long MessagesGraylisted;
    public long FramesRevoked;
    public long InboundReplaced;
    public long StreamsOpened;
    public long StreamsLost;
    public long WriteTimeouts;
    public long RpcsSent;
    public long BytesSent;
    public long MessagesDropped;
    public long MessagesCancelled;
    public long ControlDropped;
    public long ValidationTimeouts;
    public long HandlerFaults;
    public long RouterFaults;

    public ControlCounters ControlReceived { get; } = new();

    public ControlCounters ControlSent { get; } = new();

    public GossipsubStatistics Snapshot() => new()
    {
        RpcsReceived = Interlocked.Read(ref RpcsReceived),
        BytesReceived = Interlocked.Read(ref BytesReceived),
        RpcsRefused = Interlocked.Read(ref RpcsRefused),
        MessagesDecoded = Interlocked.Read(ref MessagesDecoded),
        CopiesRecognised = Interlocked.Read(ref CopiesRecognised),
        PolicyRefused = Interlocked.Read(ref PolicyRefused),
        NotSubscribed = Interlocked.Read(ref NotSubscribed),
        MessagesGraylisted = Interlocked.Read(ref MessagesGraylisted),
        FramesRevoked = Interlocked.Read(ref FramesRevoked),
        InboundReplaced = Interlocked.Read(ref InboundReplaced),
        StreamsOpened = Interlocked.Read(ref StreamsOpened),
        StreamsLost = Interlocked.Read(ref StreamsLost),
        WriteTimeouts = Interlocked.Read(ref WriteTimeouts),
        RpcsSent = Interlocked.Read(ref RpcsSent),
        BytesSent = Interlocked.Read(ref BytesSent),
        MessagesDropped = Interlocked.Read(ref MessagesDropped),
        MessagesCancelled = Interlocked.Read(ref MessagesCancelled),
        ControlDropped = Interlocked.Read(ref ControlDropped),
        ValidationTimeouts = Interlocked.Read(ref ValidationTimeouts),
        HandlerFaults = Interlocked.Read(ref HandlerFaults),
        RouterFaults = Interlocked.Read(ref RouterFaults),
        ControlReceived = ControlReceived.Snapshot(),
        ControlSent = ControlSent.Snapshot(),
    };
}
