using System.Collections.Concurrent;
using System.Net;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Transport;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Connections.Faults;

/// <summary>
/// A transport whose next connection, dialled or accepted, breaks where it is told to: at being made (0), or at its read or write of a number counted from
/// 1. It knows the connections nobody has let go of.
/// </summary>
internal sealed class FaultyTransport(ITransport inner, TimeProvider time) : ITransport
{
    /// <summary>Short enough that the larger frames of a path arrive in pieces.</summary>
    private const int MaxRead = 256;

    private readonly ConcurrentDictionary<Connection, bool> _open = new();
    private Break _next = Break.Never;

    /// <summary>Connections made that were neither aborted nor disposed.</summary>
    public int Open => _open.Count;

    /// <summary>The next connection breaks at this step. The task ends when it does.</summary>
    public Task BreakNext(int at, TransportFault fault)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _next = new Break(at, fault, reached);
        return reached.Task;
    }

    public async ValueTask<ITransportConnection> DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Break next = Take();
        if (next.IsAtOnce(TransportFault.Stall))
        {
            // Nobody answers.
            next.Reached.SetResult();
            await Task.Delay(timeout, time, cancellationToken);
            throw new Libp2pException(Libp2pError.Timeout, "stalled by the test");
        }

        ITransportConnection connection = await inner.DialAsync(endPoint, timeout, cancellationToken);
        if (next.IsAtOnce(TransportFault.Reset))
        {
            next.Reached.SetResult();
            connection.Abort();
            throw new Libp2pException(Libp2pError.DialFailed, "reset by the test");
        }

        return Wrap(connection, next);
    }

    public ITransportListener Listen(IPEndPoint endPoint) => new Listener(this, inner.Listen(endPoint));

    private Break Take()
    {
        Break next = _next;
        _next = Break.Never;
        return next;
    }

    /// <summary>One whose remote has ended its side before it was made shows that at its first read or write.</summary>
    private Connection Wrap(ITransportConnection connection, Break next)
    {
        int at = next.IsAtOnce(TransportFault.HalfClose) ? 0 : next.At - 1;
        Connection wrapped = new(new Transport.FaultyStream(connection, at, next.Fault, MaxRead, next.Reached), connection.RemoteEndPoint, _open);
        _open[wrapped] = true;
        return wrapped;
    }

    private sealed record Break(int At, TransportFault Fault, TaskCompletionSource Reached)
    {
        public static Break Never => new(-1, default, new TaskCompletionSource());

        public bool IsAtOnce(TransportFault fault) => At == 0 && Fault == fault;
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

        public async ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken)
        {
            ITransportConnection connection = await inner.AcceptAsync(cancellationToken);
            Break next = transport.Take();
            if (next.IsAtOnce(TransportFault.Reset))
            {
                // Lost before anybody took it; a listener goes on to the next one.
                next.Reached.SetResult();
                connection.Abort();
                return await AcceptAsync(cancellationToken);
            }

            if (next.IsAtOnce(TransportFault.Stall))
            {
                // Taken only when the remote has given it up.
                next.Reached.SetResult();
                await DrainAsync(connection, cancellationToken);
            }

            return transport.Wrap(connection, next);
        }

        public void Dispose() => inner.Dispose();

        private static async Task DrainAsync(ITransportConnection connection, CancellationToken cancellationToken)
        {
            try
            {
                byte[] dropped = new byte[MaxRead];
                while (await connection.ReadAsync(dropped, cancellationToken) > 0)
                {
                    // Nobody is there to answer it.
                }
            }
            catch (Libp2pException)
            {
                // Given up by a reset.
            }
        }
    }
}
