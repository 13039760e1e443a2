using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Transport;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>
/// Hosts with any addresses, in memory. An endpoint where nobody listens refuses; one in <see cref="Dead"/> never answers.
/// </summary>
internal sealed class MemoryNetwork
{
    private readonly ConcurrentDictionary<IPEndPoint, Listener> _listeners = new();
    private int _lastPort = 40_000;
    private int _dialsNow;
    private int _mostDials;

    /// <summary>Endpoints that never answer.</summary>
    public ConcurrentDictionary<IPEndPoint, bool> Dead { get; } = new();

    /// <summary>Where connections were attempted, in order.</summary>
    public ConcurrentQueue<IPEndPoint> Dialled { get; } = new();

    /// <summary>Connections made and not ended yet, each end once.</summary>
    public ConcurrentDictionary<Connection, bool> Open { get; } = new();

    /// <summary>The most attempts that were under way at once.</summary>
    public int MostDials => Volatile.Read(ref _mostDials);

    /// <summary>Attempts under way.</summary>
    public int DialsNow => Volatile.Read(ref _dialsNow);

    /// <summary>What accepting throws next, at every listener.</summary>
    public ConcurrentQueue<Exception> AcceptFaults { get; } = new();

    /// <summary>Wraps what a connection does; for faults.</summary>
    public Func<IByteStream, IByteStream> Wrap { get; set; } = stream => stream;

    /// <summary>The transport of the host that has this address.</summary>
    public ITransport At(string address) => new HostTransport(this, IPAddress.Parse(address));

    /// <summary>A raw connection from an address that no host has to be at.</summary>
    public Connection Connect(string from, IPEndPoint to)
    {
        Listener listener = _listeners.GetValueOrDefault(to) ?? throw new Libp2pException(Libp2pError.DialFailed, $"{to} refuses");
        (DuplexPipe near, DuplexPipe far) = DuplexPipe.Create();
        IPEndPoint local = new(IPAddress.Parse(from), Interlocked.Increment(ref _lastPort));
        Connection dialled = new(this, Wrap(near), to.Normalize()), accepted = new(this, far, local.Normalize());
        listener.Accept(accepted);
        return dialled;
    }

    private async ValueTask<ITransportConnection> DialAsync(IPAddress from, IPEndPoint to, CancellationToken cancellationToken)
    {
        Dialled.Enqueue(to);
        int now = Interlocked.Increment(ref _dialsNow);
        for (int most = _mostDials; now > most && Interlocked.CompareExchange(ref _mostDials, now, most) != most; most = _mostDials)
        {
        }

        try
        {
            if (Dead.ContainsKey(to))
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Connect(from.ToString(), to);
        }
        finally
        {
            Interlocked.Decrement(ref _dialsNow);
        }
    }

    internal sealed class Connection : AddressedStream
    {
        private readonly MemoryNetwork _network;

        public Connection(MemoryNetwork network, IByteStream inner, IPEndPoint remote)
            : base(inner, remote)
        {
            _network = network;
            network.Open[this] = true;
        }

        public override void Abort()
        {
            _network.Open.TryRemove(this, out _);
            base.Abort();
        }

        public override ValueTask DisposeAsync()
        {
            _network.Open.TryRemove(this, out _);
            return base.DisposeAsync();
        }
    }

    private sealed class HostTransport(MemoryNetwork network, IPAddress address) : ITransport
    {
        public ValueTask<ITransportConnection> DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken) =>
            network.DialAsync(address, endPoint, cancellationToken);

        public ITransportListener Listen(IPEndPoint endPoint)
        {
            int port = endPoint.Port == 0 ? Interlocked.Increment(ref network._lastPort) : endPoint.Port;
            return network._listeners.GetOrAdd(new IPEndPoint(endPoint.Address, port), bound => new Listener(network, bound));
        }
    }

    private sealed class Listener(MemoryNetwork network, IPEndPoint bound) : ITransportListener
    {
        private readonly Channel<ITransportConnection> _arrived = Channel.CreateUnbounded<ITransportConnection>();

        public Multiaddr LocalAddress { get; } = Multiaddr.FromTcpEndPoint(bound);

        public long Faults => 0;

        public void Accept(ITransportConnection connection) => _arrived.Writer.TryWrite(connection);

        public async ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken)
        {
            if (network.AcceptFaults.TryDequeue(out Exception? fault))
            {
                throw fault;
            }

            try
            {
                return await _arrived.Reader.ReadAsync(cancellationToken);
            }
            catch (ChannelClosedException e)
            {
                throw new Libp2pException(Libp2pError.ConnectionClosed, "closed", e);
            }
        }

        public void Dispose()
        {
            network._listeners.TryRemove(bound, out _);
            _arrived.Writer.TryComplete();
        }
    }
}
