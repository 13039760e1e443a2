using System.Net;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Transport;

/// <summary>
/// Dials and listens. Stands between the swarm and the kernel, so that tests say where a connection comes from. Endpoints are in normal
/// form.
/// </summary>
internal interface ITransport
{
    /// <summary>
    /// Connects. Throws <see cref="Libp2pException"/>: Timeout after <paramref name="timeout"/>, OutOfResources, DialFailed otherwise.
    /// </summary>
    ValueTask<ITransportConnection> DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Listens; port 0 takes a free port. Throws <see cref="Libp2pException"/> (ListenFailed).</summary>
    ITransportListener Listen(IPEndPoint endPoint);
}

/// <summary>Where connections arrive. One <see cref="AcceptAsync"/> at a time; disposing ends it.</summary>
internal interface ITransportListener : IDisposable
{
    /// <summary>The address bound, with the real port.</summary>
    Multiaddr LocalAddress { get; }

    /// <summary>Faults of accepting that were survived.</summary>
    long Faults { get; }

    /// <summary>The next connection; only disposal ends it, with <see cref="Libp2pException"/> (ConnectionClosed).</summary>
    ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken);
}

/// <summary>A raw connection.</summary>
internal interface ITransportConnection : IByteStream
{
    /// <summary>The remote's end, in normal form.</summary>
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Bytes read so far.</summary>
    long BytesReceived { get; }

    /// <summary>Bytes written so far.</summary>
    long BytesSent { get; }
}
