namespace OpStack.Libp2p.Connections.Accounting;

/// <summary>
/// What one connected peer uses over all its connections: streams, and bytes by protocol. Lives as long as the peer is connected. Any
/// thread.
/// </summary>
internal sealed class PeerAccount
{
    private int _inbound;
    private int _outbound;

    /// <summary>Bytes of its streams.</summary>
    public ProtocolMeters Protocols { get; } = new();

    /// <summary>What its closed connections transferred. Guarded by the swarm's lock.</summary>
    public Traffic Closed { get; set; }

    /// <summary>Streams of the direction that are open now.</summary>
    public int StreamsOf(ConnectionDirection direction) => Volatile.Read(ref CountOf(direction));

    /// <summary>Takes a place for a stream; false when the peer has <paramref name="limit"/> already.</summary>
    public bool TryEnter(ConnectionDirection direction, int limit)
    {
        ref int count = ref CountOf(direction);
        if (Interlocked.Increment(ref count) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref count);
        return false;
    }

    /// <summary>Gives a stream's place back.</summary>
    public void Leave(ConnectionDirection direction) => Interlocked.Decrement(ref CountOf(direction));

    private ref int CountOf(ConnectionDirection direction) => ref direction == ConnectionDirection.Inbound ? ref _inbound : ref _outbound;
}
