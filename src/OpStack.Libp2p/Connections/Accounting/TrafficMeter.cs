namespace OpStack.Libp2p.Connections.Accounting;

/// <summary>Counts bytes in both directions. Any thread.</summary>
internal sealed class TrafficMeter
{
    private long _received;
    private long _sent;

    public Traffic Total => new(Interlocked.Read(ref _received), Interlocked.Read(ref _sent));

    public void AddReceived(long bytes) => Interlocked.Add(ref _received, bytes);

    public void AddSent(long bytes) => Interlocked.Add(ref _sent, bytes);
}
