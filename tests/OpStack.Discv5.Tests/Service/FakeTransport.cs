using System.Net;
using System.Threading.Channels;
using OpStack.Discv5.Udp;

namespace OpStack.Discv5.Tests.Service;

/// <summary>A socket whose datagrams the test puts in.</summary>
internal sealed class FakeTransport : IUdpTransport
{
    private readonly Channel<byte[]> _datagrams = Channel.CreateUnbounded<byte[]>();
    private int _received;

    public IPEndPoint LocalEndPoint { get; } = IPEndPoint.Parse("10.0.0.1:9000");

    /// <summary>Datagrams that a reader has asked for after: those before it are with the service.</summary>
    public int Received => Volatile.Read(ref _received);

    public void Put(byte[] datagram) => _datagrams.Writer.TryWrite(datagram);

    /// <summary>From here on reading fails for good.</summary>
    public void Break() => _datagrams.Writer.TryComplete(new IOException("the interface is gone"));

    public async ValueTask<UdpDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        byte[] datagram;
        try
        {
            datagram = await _datagrams.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e) when (e.InnerException is { } inner)
        {
            throw inner;
        }

        datagram.CopyTo(buffer);
        Interlocked.Increment(ref _received);
        return new UdpDatagram(datagram.Length, IPEndPoint.Parse("10.0.0.2:9000"));
    }

    public bool TrySend(ReadOnlySpan<byte> datagram, IPEndPoint to) => true;

    public bool CanSendTo(IPEndPoint to) => true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
