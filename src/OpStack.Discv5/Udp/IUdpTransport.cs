using System.Net;

namespace OpStack.Discv5.Udp;

/// <summary>
/// One UDP socket, or what stands in for it in a test. One reader at a time; <see cref="TrySend"/> is called by one thread at a time.
/// Disposing it ends a pending <see cref="ReceiveAsync"/> with <see cref="ObjectDisposedException"/> or <see cref="OperationCanceledException"/>.
/// </summary>
public interface IUdpTransport : IAsyncDisposable
{
    /// <summary>The bound address with its actual port.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// Waits for one datagram. One longer than <paramref name="buffer"/> is cut to its length, so a reader that gives one byte more than the
    /// largest packet sees that it was too long. Errors that the network reports (port unreachable, no buffers) do not end it.
    /// </summary>
    /// <returns>The bytes written to <paramref name="buffer"/> and who sent them; IPv4 as IPv4, never mapped into IPv6.</returns>
    ValueTask<UdpDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Sends without waiting; false when the system took no datagram (full buffer, unreachable network, wrong address family).</summary>
    bool TrySend(ReadOnlySpan<byte> datagram, IPEndPoint to);

    /// <summary>Whether it can send to addresses of that kind.</summary>
    bool CanSendTo(IPEndPoint to);
}
