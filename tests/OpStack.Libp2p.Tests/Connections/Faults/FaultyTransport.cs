using System.Collections.Concurrent;
using System.Net;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Transport;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Connections.Faults;

/// <summary>A transport whose next connection, dialled or accepted, breaks where it is told to; it knows the connections nobody has let go of.</summary>
internal sealed class FaultyTransport(ITransport inner) : ITransport
{
    /// <summary>Short enough that the larger frames of a path arrive in pieces.</summary>
    private const int MaxRead = 256;

    private readonly ConcurrentDictionary<Connection, bool> _open = new();
    private (int At, TransportFault Fault, TaskCompletionSource Reached)? _next;

    /// <summary>Connections made that were neither aborted nor disposed.</summary>
    public int Open => _open.Count;

    /// <summary>The next connection breaks at its read or write of this number, counted from 0. The task ends when it does.</summary>
    public Task BreakNext(int at, TransportFault fault)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _next = (at, fault, reached);
        return reached.Task;
    }

    public async ValueTask<ITransportConnection> DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        Wrap(await inner.DialAsync(endPoint, timeout, cancellationToken));

    public ITransportListener Listen(IPEndPoint endPoint) => new Listener(this, inner.Listen(endPoint));

    private Connection Wrap(ITransportConnection connection)
    {
        (int at, TransportFault fault, TaskCompletionSource reached) = _next ?? (-1, default, new TaskCompletionSource());
        _next = null;
        Connection wrapped = new(new Transport.FaultyStream(connection, at, fault, MaxRead, reached), connection.RemoteEndPoint, _open);
        _open[wrapped] = true;
        return wrapped;
    }

    private sealed class Connection(IByteStream inner, IPEndPoint remote, ConcurrentDictionary<Connection, bool> open) : AddressedStream(inner, remote)
    {
        public override void Abort()
        {
            open.TryRemove(this, out _);
            base.Abort();
        }

        public override ValueTask DisposeAsync()
        {
            open.TryRemove(this, out _);
            return base.DisposeAsync();
        }
    }

    private sealed class Listener(FaultyTransport transport, ITransportListener inner) : ITransportListener
    {
        public Multiaddr LocalAddress => inner.LocalAddress;

        public long Faults => inner.Faults;

        public async ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken) =>
            transport.Wrap(await inner.AcceptAsync(cancellationToken));

        public void Dispose() => inner.Dispose();
    }
}
