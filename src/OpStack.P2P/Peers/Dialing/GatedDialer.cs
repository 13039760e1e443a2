using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Dialing;

/// <summary>Dials so that the gater knows: while a peer is being dialled, nobody else begins (kona's AlreadyDialing).</summary>
internal sealed class GatedDialer(IPeerHost host, IConnectionGater gater)
{
    /// <summary>As <see cref="IPeerHost.DialAsync"/>.</summary>
    public async ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, CancellationToken cancellationToken)
    {
        if (addresses is [Multiaddr first, ..])
        {
            gater.Dialing(first.WithPeerId(peer));
        }

        try
        {
            await host.DialAsync(peer, addresses, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gater.RemoveDial(peer);
        }
    }
}
