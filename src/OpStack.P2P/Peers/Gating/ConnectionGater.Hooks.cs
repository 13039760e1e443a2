using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// What the swarm asks. The places and their order are those of go-libp2p's gater; unlike op-node's, it looks at secured outbound and at
/// complete connections again, so that a block or ban laid meanwhile finds them.
/// </summary>
public sealed partial class ConnectionGater
{
    private readonly Lock _dials = new();
    private readonly DialHistory _history;
    private readonly HashSet<PeerId> _dialling = [];

    /// <inheritdoc/>
    public GateVerdict InterceptPeerDial(PeerId peer) => Judge(peer, null);

    /// <inheritdoc/>
    public GateVerdict InterceptAddressDial(PeerId peer, Multiaddr address, IPAddress ip)
    {
        GateVerdict verdict = Judge(peer, ip);
        if (verdict != GateVerdict.Allow)
        {
            return verdict;
        }

        bool isExempt = Lists.IsProtected(peer);
        lock (_dials)
        {
            // Asked and counted in one, so that dials that begin together cannot pass the threshold.
            if (!isExempt && _history.IsReached(peer, address, Now))
            {
                return GateVerdict.DialThresholdReached;
            }

            _history.Add(peer, address, Now);
            return GateVerdict.Allow;
        }
    }

    /// <inheritdoc/>
    public GateVerdict InterceptAccept(Multiaddr remoteAddress, IPAddress ip) => Judge(null, ip);

    /// <inheritdoc/>
    public GateVerdict InterceptSecured(ConnectionDirection direction, PeerId peer, Multiaddr remoteAddress, IPAddress ip) => Judge(peer, ip);

    /// <inheritdoc/>
    public GateVerdict InterceptUpgraded(ConnectionInfo connection) => Judge(connection.Peer, connection.RemoteIp);

    /// <inheritdoc/>
    public DialError CanDial(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.PeerId is not { } peer)
        {
            return DialError.InvalidMultiaddr;
        }

        GaterLists lists = Lists;
        lock (_dials)
        {
            if (_dialling.Contains(peer))
            {
                return DialError.AlreadyDialing;
            }

            if (!lists.IsProtected(peer) && _history.IsReached(peer, address, Now))
            {
                return DialError.ThresholdReached;
            }
        }

        IPAddress? ip = address.TryGetTcpEndPoint(out IPEndPoint? endPoint) ? endPoint.Address : null;
        DialError error = ErrorOf(Judge(peer, ip));
        return error == DialError.None && !address.IsDialable() ? DialError.InvalidIpAddress : error;
    }

    /// <inheritdoc/>
    public void Dialing(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.PeerId is { } peer)
        {
            lock (_dials)
            {
                _dialling.Add(peer);
            }
        }
    }

    /// <inheritdoc/>
    public void Dialed(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.PeerId is { } peer)
        {
            lock (_dials)
            {
                _history.Add(peer, address, Now);
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveDial(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_dials)
        {
            _dialling.Remove(peer);
        }
    }

    private GateVerdict Judge(PeerId? peer, IPAddress? ip)
    {
        GaterLists lists = Lists;
        GateVerdict verdict = lists.Judge(peer, ip?.Normalize(), Now);
        return verdict == GateVerdict.Allow && peer is not null && IsScoreTooLow(lists, peer) ? GateVerdict.ScoreTooLow : verdict;
    }

    /// <summary>Written so that a score that is no number is too low: op-node denies what it cannot look up.</summary>
    private bool IsScoreTooLow(GaterLists lists, PeerId peer) =>
        _config.MinScore is { } least && _scores is { } scores && !lists.IsProtected(peer) && !(scores.Read(peer).Score >= least);

    private static DialError ErrorOf(GateVerdict verdict) => verdict switch
    {
        GateVerdict.PeerBlocked => DialError.PeerBlocked,
        GateVerdict.AddressBlocked => DialError.AddressBlocked,
        GateVerdict.SubnetBlocked => DialError.SubnetBlocked,
        GateVerdict.PeerBanned => DialError.PeerBanned,
        GateVerdict.AddressBanned => DialError.AddressBanned,
        GateVerdict.ScoreTooLow => DialError.ScoreTooLow,
        _ => DialError.None,
    };
}
