using System.Net;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>Any stream as a raw connection with a remote's address.</summary>
internal class AddressedStream(IByteStream inner, IPEndPoint remote) : ITransportConnection
{
    private long _received;
    private long _sent;

    public IPEndPoint RemoteEndPoint { get; } = remote;

    public long BytesReceived => Volatile.Read(ref _received);

    public long BytesSent => Volatile.Read(ref _sent);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        Volatile.Write(ref _received, _received + read);
        return read;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await inner.WriteAsync(buffer, cancellationToken);
        Volatile.Write(ref _sent, _sent + buffer.Length);
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    public virtual void Abort() => inner.Abort();

    public virtual ValueTask DisposeAsync() => inner.DisposeAsync();
}
