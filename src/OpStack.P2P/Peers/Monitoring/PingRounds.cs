using Microsoft.Extensions.Logging;
using OpStack.Libp2p;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Metrics;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Peers.Monitoring;

/// <summary>
/// Measures the round trip to every connected peer every three minutes (op-node p2p/pings.go): ten at once, then one a second, a round
/// within three minutes. What it measures goes into the store; a ping that fails costs the peer nothing, for the fault may be ours.
/// </summary>
internal sealed class PingRounds(
    IPeerHost host, PeerStore store, TimeProvider time, ILogger logger, PingMeasurements? measurements = null) : IAsyncDisposable
{
    private RepeatedTask? _rounds;

    /// <summary>Begins; the first round is one interval away.</summary>
    public void Start() => _rounds = RepeatedTask.Start(PeerLimits.PingInterval, time, PingAllAsync);

    public ValueTask DisposeAsync() => _rounds?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task PingAllAsync(CancellationToken stopped)
    {
        IReadOnlyList<PeerId> peers = host.ConnectedPeers;
        List<Task> pings = [];
        using CancellationTokenSource deadline = new(PeerLimits.PingInterval, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopped);
        using PeriodicTimer pace = new(PeerLimits.PingPace, time);
        try
        {
            foreach (PeerId peer in peers)
            {
                if (pings.Count >= PeerLimits.PingBurst)
                {
                    await pace.WaitForNextTickAsync(linked.Token).ConfigureAwait(false);
                }

                pings.Add(PingAsync(peer, linked.Token));
            }
        }
        catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
        {
            logger.PingRoundCut(pings.Count, peers.Count, PeerLimits.PingInterval);
        }
        finally
        {
            await Task.WhenAll(pings).ConfigureAwait(false);
        }
    }

    /// <summary>Never fails.</summary>
    private async Task PingAsync(PeerId peer, CancellationToken cancellationToken)
    {
        try
        {
            TimeSpan roundTrip = await host.PingAsync(peer, cancellationToken).ConfigureAwait(false);
            store.AddLatency(peer, roundTrip);
            measurements?.Answered(roundTrip);
            logger.Pinged(peer, roundTrip);
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException or ObjectDisposedException)
        {
            measurements?.Failed();
            logger.PingFailed(peer, e.Message);
        }
        catch (Exception e)
        {
            logger.PingRoundFailed(e);
        }
    }
}
