using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Lookups;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Routing;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5;

/// <summary>
/// Discovery v5.1 as a pure core: datagrams, commands and a monotonic time in; datagrams, events and the next deadline out. No I/O, clock, task
/// or lock. A datagram takes these steps: filter, packet, session, message, table or lookup; each is a partial of this class.
/// </summary>
internal sealed partial class Discv5Protocol : IDisposable
{
    private readonly Secp256k1PrivateKey _key;
    private readonly NodeId _localId;
    private readonly Discv5Options _options;
    private readonly Random _random;
    private readonly IDiscv5Crypto _crypto;
    private readonly EnrReader _readRecord;
    private readonly HeaderMask _mask;
    private readonly PacketFilter _filter;
    private readonly RequestTable _requests = new();
    private readonly ProtocolCounters _counters = new();

    // Of the step that is running.
    private TimeSpan _now;
    private List<ProtocolOutput> _outputs = [];
    private OutboundRequest? _answered;

    /// <param name="key">The identity; not disposed.</param>
    /// <param name="localEnr">Our record.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="random">Every random byte: ids, nonces, keys, choices.</param>
    /// <param name="now">The time of creation.</param>
    /// <param name="crypto">What keys are used with; <see cref="Discv5Crypto"/> when null.</param>
    public Discv5Protocol(
        Secp256k1PrivateKey key, Enr localEnr, Discv5Options options, Random random, TimeSpan now, IDiscv5Crypto? crypto = null)
    {
        if (!localEnr.PublicKey.Equals(key.PublicKey))
            throw new ArgumentException("The record is not signed by the key.", nameof(localEnr));
        _key = key;
        _localId = localEnr.NodeId;
        _options = options;
        _random = random;
        _crypto = crypto ?? Discv5Crypto.Instance;
        _readRecord = TryReadRecord;
        _mask = new HeaderMask(_localId);
        _filter = new PacketFilter(options.Filter, options.NetRestrict is null ? null : IpNetworkSet.Parse(options.NetRestrict));
        LocalEnr = localEnr;
        _now = now;
        _families = FamiliesOf(options);
        _table = new RoutingTable<Enr>(_localId, random, _families, options.Routing, _filter.Permits);
        _refresh = new RefreshSchedule(random, now);
        _sessions = new SessionCache(options.MaxSessions);
        _peers = new PeerCache(options.MaxSessions);
        _challenges = new ChallengeCache(lifetime: options.ChallengeTimeout);
        _votes = new IpVote(options.MinAddressVotes);
        _trial4 = new AddressTrial(options.AddressTrial);
        _trial6 = new AddressTrial(options.AddressTrial);
        _isStaticIp = options.StaticIp;
    }

    /// <summary>Our record.</summary>
    public Enr LocalEnr { get; private set; }

    /// <summary>When <see cref="Tick"/> is to be called next, unless another input comes before.</summary>
    public TimeSpan NextDeadline => Min(Min(_requests.NextDeadline, LookupDeadline), Min(TableDeadline, TrialDeadline));

    /// <summary>A datagram, of any size and content.</summary>
    public void Receive(IPEndPoint source, ReadOnlySpan<byte> datagram, TimeSpan now, List<ProtocolOutput> outputs)
    {
        Begin(now, outputs);
        ReceiveDatagram(AddressScope.Normalise(source), datagram);
        RunLookups();
    }

    /// <summary>A command of the host.</summary>
    public void Handle(ProtocolInput input, TimeSpan now, List<ProtocolOutput> outputs)
    {
        Begin(now, outputs);
        HandleCommand(input);
        RunLookups();
    }

    /// <summary>Does what is due: timeouts, the end of a trial, liveness checks, refreshes.</summary>
    public void Tick(TimeSpan now, List<ProtocolOutput> outputs)
    {
        Begin(now, outputs);
        while (_requests.TakeExpired(now) is { } request)
            OnTimeout(request);
        ExpireTrials();
        TickTable();
        RunLookups();
    }

    /// <summary>Fails every command in flight; nothing is sent any more.</summary>
    public void Stop(TimeSpan now, List<ProtocolOutput> outputs)
    {
        Begin(now, outputs);
        _isStopped = true;
        foreach (OutboundRequest request in _requests.All())
            Fail(request, Discv5Error.Stopped);
        StopLookups();
    }

    /// <summary>Zeroes the session keys.</summary>
    public void Dispose()
    {
        _sessions.Dispose();
        _mask.Dispose();
    }

    private void Begin(TimeSpan now, List<ProtocolOutput> outputs)
    {
        // A clock that steps back would stretch every deadline; the core's never does.
        _now = now > _now ? now : _now;
        _outputs = outputs;
    }

    private void Send(IPEndPoint to, ReadOnlyMemory<byte> datagram)
    {
        _counters.PacketsSent++;
        _counters.BytesSent += datagram.Length;
        _outputs.Add(new ProtocolOutput.Send(to, datagram));
    }

    private void Raise(Discv5Event raised) => _outputs.Add(new ProtocolOutput.Raise(raised));

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
