using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Connections.Dialing;

/// <summary>Finds out whether a peer can be reached, whether or not it is connected.</summary>
internal interface ITrialDialer : IDisposable
{
    /// <summary>
    /// The address at which <paramref name="peer"/> proved its identity, on a connection of its own that is closed again at once. Throws
    /// <see cref="Libp2pException"/> as <see cref="DialFailures"/> says.
    /// </summary>
    Task<Multiaddr> TryAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken);
}

/// <summary>
/// Dials under an identity of its own, made for it, so that the remote takes it for another peer and keeps the connection it has with us (as
/// go-libp2p's AutoNAT does). Its connections never enter the swarm's table, and its failures put no address into the swarm's back-off.
/// </summary>
/// <param name="identity">Disposed with the dialler.</param>
/// <param name="staticKey">The same.</param>
/// <param name="dialer">Dials with them.</param>
/// <param name="slots">Attempts at once.</param>
/// <param name="close">Says goodbye to a connection, in the background.</param>
internal sealed class TrialDialer(
    KeyPair identity, NoiseStaticKey staticKey, PeerDialer dialer, AsyncSlots slots, Action<PeerConnection> close) : ITrialDialer
{
    public async Task<Multiaddr> TryAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        await slots.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PeerConnection connection = await dialer.DialAsync(peer, addresses, ignoreBackoff: true, close, cancellationToken).ConfigureAwait(false);
            close(connection);
            return connection.RemoteAddress;
        }
        finally
        {
            slots.Leave();
        }
    }

    public void Dispose()
    {
        staticKey.Dispose();
        identity.Dispose();
    }
}
