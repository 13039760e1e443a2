using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpStack.Discv5.Records;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Peers.Dialing;

/// <summary>
/// Makes connections of what discovery finds, at op-node's pace: found nodes go into the peer store; while we want peers, every few seconds
/// a random choice of those in the store that are not connected is dialled, remembered ones of earlier runs among them. What failed is a
/// candidate again in the next round, as often as the swarm's back-off and the gater's dial threshold allow; that is the whole redial
/// policy.
/// </summary>
internal sealed class DiscoveryDials
{
    /// <summary>What a peer of our chain is worth when connections are trimmed (op-node).</summary>
    private const int PeerValue = 42;

    private readonly ulong _chainId;
    private readonly string _tag;
    private readonly DiscoveryDialOptions _options;
    private readonly IPeerHost _host;
    private readonly IConnectionGater _gater;
    private readonly GatedDialer _dialer;
    private readonly PeerStore _store;
    private readonly Func<bool> _wantsPeers;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;

    /// <param name="chainId">Whose nodes are taken.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="host">Dials.</param>
    /// <param name="gater">Asked which addresses may be dialled before they take a worker's time.</param>
    /// <param name="store">Where candidates are kept.</param>
    /// <param name="wantsPeers">Whether we want more peers now.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="random">Shuffles the candidates; not used by others meanwhile.</param>
    /// <param name="logger">Events 2664 on.</param>
    public DiscoveryDials(
        ulong chainId,
        DiscoveryDialOptions options,
        IPeerHost host,
        IConnectionGater gater,
        PeerStore store,
        Func<bool> wantsPeers,
        TimeProvider time,
        Random random,
        ILogger logger)
    {
        _chainId = chainId;
        _tag = string.Create(CultureInfo.InvariantCulture, $"opstack-{chainId}-0"); // op-node's tag, with the version of the network.
        _options = options;
        _host = host;
        _gater = gater;
        _dialer = new GatedDialer(host, gater);
        _store = store;
        _wantsPeers = wantsPeers;
        _time = time;
        _random = random;
        _logger = logger;
    }

    /// <summary>
    /// Takes records and dials until <paramref name="cancellationToken"/> ends it. Records may end before: those remembered are dialled on.
    /// </summary>
    public async Task RunAsync(ChannelReader<Enr> records, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_options.FastInterval, _time);
        Task taking = TakeAllAsync(records, cancellationToken);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                bool wantsPeers = _wantsPeers();
                timer.Period = wantsPeers ? _options.FastInterval : _options.SlowInterval;
                if (wantsPeers)
                {
                    await RunRoundAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way it ends.
        }

        await taking.ConfigureAwait(false);
    }

    /// <summary>Keeps a record as a candidate; false when it is not of our chain, has no address to dial, or is our own.</summary>
    public bool Offer(Enr record)
    {
        PeerId peer = record.PublicKey.ToPeerId();
        if (!EnrValidation.Validate(record, _chainId).IsValid || record.ToMultiaddr() is null || _host.LocalPeerId.Equals(peer))
        {
            return false;
        }

        _store.AddRecord(record);
        _host.Connections.SetTag(peer, _tag, PeerValue);
        return true;
    }

    private async Task TakeAllAsync(ChannelReader<Enr> records, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (Enr record in records.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                OfferSafely(record);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.RoundFailed(e); // What ended the channel, if it was a fault; what is remembered is dialled on.
        }
        catch (OperationCanceledException)
        {
            // The way it ends.
        }
    }

    /// <summary>A record that we fail at, as on a peer that the host gave too many tags, does not keep us from the next one.</summary>
    private void OfferSafely(Enr record)
    {
        try
        {
            Offer(record);
        }
        catch (Exception e)
        {
            _logger.DialFault(e, record.PublicKey.ToPeerId());
        }
    }

    /// <summary>Whatever comes of one round, the next one is made.</summary>
    private async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DialSomeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.RoundFailed(e); // A gater of the host's own.
        }
    }

    private async Task DialSomeAsync(CancellationToken cancellationToken)
    {
        StoredPeer[] known = [.. _store.GetDialable().Where(peer => !peer.Peer.Equals(_host.LocalPeerId))];
        _random.Shuffle(known);
        Round round = new(new ConcurrentQueue<StoredPeer>(known.Take(PeerLimits.MaxDialsPerRound)), _time.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => WorkAsync(round, cancellationToken))).ConfigureAwait(false);
        _logger.RoundEnded(Math.Min(known.Length, PeerLimits.MaxDialsPerRound), known.Length, round.Connected);
    }

    private async Task WorkAsync(Round round, CancellationToken cancellationToken)
    {
        while (_time.GetElapsedTime(round.BeganAt) < _options.RoundTimeout && _wantsPeers() && round.Candidates.TryDequeue(out StoredPeer? candidate))
        {
            Multiaddr[] addresses =
            [
                .. candidate.Addresses.Select(address => address.Address.WithPeerId(candidate.Peer))
                    .Where(address => _gater.CanDial(address) == DialError.None),
            ];

            // One that has connected since is not dialled: kona lost gossip streams that way (#2025).
            if (addresses.Length > 0
                && _host.GetConnections(candidate.Peer).Count == 0
                && await TryDialAsync(candidate.Peer, addresses, cancellationToken).ConfigureAwait(false))
            {
                round.CountConnected();
            }
        }
    }

    private async Task<bool> TryDialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        try
        {
            await _dialer.DialAsync(peer, addresses, new DialOptions { Deadline = _options.DialTimeout }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Libp2pException)
        {
            return false; // The swarm logs and counts why.
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.DialFault(e, peer);
            return false;
        }
    }

    private sealed class Round(ConcurrentQueue<StoredPeer> candidates, long beganAt)
    {
        private int _connected;

        public ConcurrentQueue<StoredPeer> Candidates { get; } = candidates;

        public long BeganAt { get; } = beganAt;

        public int Connected => Volatile.Read(ref _connected);

        public void CountConnected() => Interlocked.Increment(ref _connected);
    }
}
