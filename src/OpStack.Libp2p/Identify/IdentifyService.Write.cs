using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Identify;

internal sealed partial class IdentifyService
{
    /// <summary>
    /// Our addresses or protocols have changed: tells every peer that has asked us before and takes pushes. Changes in quick succession
    /// are told together. Returns at once.
    /// </summary>
    public void NotifyChanged()
    {
        lock (_gate)
        {
            _version++;
        }

        StartPushes();
    }

    /// <summary>Tells the opener who we are.</summary>
    private async Task AnswerAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        await using (stream.Bytes.ConfigureAwait(false))
        {
            await ExchangeAsync(stream.Peer, Protocol, token => TellAsync(stream, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private void StartPushes()
    {
        IdentifyPeer? first;
        lock (_gate)
        {
            if (_isPushing)
            {
                return;
            }

            first = NextToTell().FirstOrDefault();
            _isPushing = first is not null;
        }

        if (first is not null)
        {
            Run(first, (_, stopping) => PushAllAsync(stopping));
        }
    }

    private async Task PushAllAsync(CancellationToken stopping)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = IdentifyLimits.MaxConcurrentPushes, CancellationToken = stopping };
        while (true)
        {
            IdentifyPeer[] peers;
            lock (_gate)
            {
                peers = [.. NextToTell()];
                _isPushing = peers.Length > 0;
                foreach (IdentifyPeer peer in peers)
                {
                    // Told or not: a push that fails is not tried again, the peer will hear of the next change.
                    peer.ToldVersion = _version;
                }
            }

            if (peers.Length == 0)
            {
                return;
            }

            await Parallel.ForEachAsync(peers, options, (peer, token) => new ValueTask(RunGuardedAsync(peer, PushAsync, token)))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Called under the gate.</summary>
    private IEnumerable<IdentifyPeer> NextToTell() => _peers.Values.Where(peer => peer.ToldVersion < _version && peer.TakesPushes);

    private Task PushAsync(IdentifyPeer peer, CancellationToken stopping) => ExchangeAsync(
        peer.Id,
        PushProtocol,
        async cancellationToken =>
        {
            ProtocolStream stream = await _host.OpenStreamAsync(peer.Id, [PushProtocol], cancellationToken).ConfigureAwait(false);
            await using (stream.Bytes.ConfigureAwait(false))
            {
                await TellAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        },
        stopping);

    private async Task TellAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Noted before the content is taken: a change in between is then pushed, at worst once too often.
            if (_peers.TryGetValue(stream.Peer, out IdentifyPeer? peer))
            {
                peer.ToldVersion = _version;
            }
        }

        byte[] frame = LengthPrefix.Frame(CurrentContent(stream.RemoteAddress).Encode());
        await stream.Bytes.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        await CloseAsync(stream.Bytes, cancellationToken).ConfigureAwait(false);
    }

    private IdentifyContent CurrentContent(Multiaddr remoteAddress)
    {
        Multiaddr[] addresses = [.. _context.ListenAddresses];
        return new IdentifyContent(
            _context.Signer.PublicKey.Encoded,
            addresses,
            [.. _context.Protocols],
            remoteAddress,
            _context.ProtocolVersion,
            _context.AgentVersion,
            _record.For(_context.Signer, addresses));
    }
}
