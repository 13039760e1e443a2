using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// Makes a socket a <see cref="PeerConnection"/>: multistream to noise, noise handshake, then yamux, which is agreed inside
/// the handshake (early muxer) or, with peers that do not know that, by multistream. The deadline is the caller's token.
/// On failure the socket is aborted before the exception leaves.
/// </summary>
internal sealed class ConnectionUpgrader(
    NoiseStaticKey staticKey, GateKeeper gate, YamuxOptions yamux, PeerBudgets budgets, TimeProvider time, ILogger logger)
{
    private const string NoiseProtocol = "/noise";

    private static readonly string[] Security = [NoiseProtocol];
    private static readonly string[] Muxers = ["/yamux/1.0.0"];

    private long _lastId;

    /// <summary>
    /// Upgrades; <paramref name="expected"/> is the dialled peer, null when accepting. The result owns <paramref name="place"/>; a failure
    /// leaves it to the caller.
    /// </summary>
    public async Task<PeerConnection> UpgradeAsync(
        ITransportConnection socket, ConnectionDirection direction, PeerId? expected, IDisposable place, CancellationToken cancellationToken)
    {
        bool dialler = direction == ConnectionDirection.Outbound;
        using Activity? activity = Libp2pActivity.StartHandshake(dialler);
        IByteStream outermost = socket;
        try
        {
            await AgreeAsync(socket, dialler, Security, cancellationToken).ConfigureAwait(false);
            NoiseConnection noise = await NoiseConnection.HandshakeAsync(socket, dialler, staticKey, expected, cancellationToken).ConfigureAwait(false);
            outermost = noise;
            IPEndPoint remote = socket.RemoteEndPoint;
            if (gate.Secured(direction, noise.RemotePeerId, Multiaddr.FromTcpEndPoint(remote), remote.Address) is var verdict and not GateVerdict.Allow)
            {
                throw GateKeeper.Refused(verdict, $"a connection with {noise.RemotePeerId}");
            }

            if (noise.NegotiatedMuxer is null)
            {
                await AgreeAsync(noise, dialler, Muxers, cancellationToken).ConfigureAwait(false);
            }

            PeerBudgets.Share share = budgets.Join(noise.RemotePeerId);
            YamuxConnection muxer = YamuxConnection.Start(noise, dialler, yamux, time, logger, share.Windows);
            return new PeerConnection(Interlocked.Increment(ref _lastId), noise.RemotePeerId, direction, socket, muxer, [place, share], time);
        }
        catch (Exception e)
        {
            activity?.Fail(e);
            outermost.Abort();
            await outermost.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask AgreeAsync(
        IByteStream stream, bool dialler, string[] protocols, CancellationToken cancellationToken)
    {
        if (dialler)
        {
            await Multistream.SelectAsync(stream, protocols, cancellationToken).ConfigureAwait(false);
        }
        else if (await Multistream.HandleAsync(stream, protocols.Contains, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new Libp2pException(Libp2pError.NegotiationFailed, "The remote asked for no protocol we speak.");
        }
    }
}
