using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Dials that the router asks for: of direct peers, and of peers that a PRUNE names (wire.md 9.10). At most
/// <see cref="RpcLimits.Connectors"/> at a time and <see cref="RpcLimits.PendingDials"/> in all; what is more is dropped.
/// </summary>
internal sealed class PeerDials(GossipsubContext context, IReadOnlyList<Multiaddr> direct, TaskTracker tasks, CancellationToken stopped) : IDisposable
{
    private readonly ILookup<PeerId, Multiaddr> _direct = direct.ToLookup(address => address.PeerId!);
    private readonly SemaphoreSlim _connectors = new(RpcLimits.Connectors);
    private int _pending;

    /// <summary>Dials that have not ended.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Begins to dial a direct peer.</summary>
    public void DialDirect(PeerId peer) => Begin(peer, [.. _direct[peer]]);

    /// <summary>Begins to dial the peers whose addresses come with their own signature; of the others no address is known.</summary>
    public void DialExchanged(IReadOnlyList<PeerInfo> peers)
    {
        foreach (PeerInfo info in peers)
        {
            if (info.SignedPeerRecord is { } envelope && PeerRecord.TryOpen(envelope, out PeerRecord? record) && record.Peer.Equals(info.Peer))
            {
                Begin(info.Peer, record.Addresses);
            }
        }
    }

    /// <summary>Only once every task has ended.</summary>
    public void Dispose() => _connectors.Dispose();

    private void Begin(PeerId peer, IReadOnlyList<Multiaddr> addresses)
    {
        if (Interlocked.Increment(ref _pending) > RpcLimits.PendingDials)
        {
            Interlocked.Decrement(ref _pending);
            return;
        }

        tasks.Track(Task.Run(() => DialAsync(peer, addresses)));
    }

    private async Task DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses)
    {
        using CancellationTokenSource deadline = new(RpcLimits.DialTimeout, context.Time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopped);
        bool entered = false;
        try
        {
            await _connectors.WaitAsync(linked.Token).ConfigureAwait(false);
            entered = true;
            await context.Host.DialAsync(peer, addresses, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            GossipLog.DialEnded(context.Logger, peer, null);
        }
        catch (Libp2pException e)
        {
            GossipLog.DialEnded(context.Logger, peer, e);
        }
        catch (Exception e)
        {
            GossipLog.PeerFault(context.Logger, peer, e);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
            if (entered)
            {
                _connectors.Release();
            }
        }
    }
}
