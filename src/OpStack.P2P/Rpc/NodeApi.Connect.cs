using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Rpc;

/// <summary>Connecting and disconnecting: the answer comes when it is done, or with the reason why it is not.</summary>
internal sealed partial class NodeApi
{
    /// <summary>op-node waits for identify as well, so that the next call sees the peer's protocols.</summary>
    public async ValueTask ConnectPeerAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        PeerId peer = address.PeerId!;
        if (peer.Equals(node.Gossip.LocalPeerId))
        {
            throw Failed($"failed to connect to {peer}: dial to self attempted");
        }

        using CancellationTokenSource deadline = new(RpcLimits.ConnectTimeout, node.Time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        IdentifyWait identify = new(peer);
        using IDisposable observation = node.Gossip.Host.Observe(identify);
        try
        {
            await node.Gossip.DialAsync(address, linked.Token).ConfigureAwait(false);
            identify.BeginToLookForItsEnd();
            if (node.Gossip.Host.GetConnections(peer).Count == 0 || !await identify.Identified.WaitAsync(linked.Token).ConfigureAwait(false))
            {
                throw Failed($"failed to connect to {peer}: {Libp2pError.ConnectionClosed}");
            }
        }
        catch (Libp2pException e)
        {
            throw Failed($"failed to connect to {peer}: {(e.Error == Libp2pError.GateRefused ? $"{e.Error} ({e.Verdict})" : $"{e.Error}")}");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed($"failed to connect to {peer}: {Libp2pError.Timeout}");
        }
    }

    /// <summary>op-node's order: the connections, what is known of the peer, then a block of it. A peer that is not connected is no error.</summary>
    public async ValueTask DisconnectPeerAsync(PeerId peer, CancellationToken cancellationToken)
    {
        try
        {
            await node.Gossip.DisconnectAsync(peer).AsTask()
                .WaitAsync(RpcLimits.DisconnectTimeout, node.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw Failed($"failed to disconnect {peer}: {Libp2pError.Timeout}");
        }

        node.Gossip.PeerStore.Remove(peer);
        Gater.UnblockPeer(peer);
    }

    private static OpP2PRpcException Failed(string reason) => OpP2PRpcException.Refuse(RpcFault.Failed(reason));

    /// <summary>Waits until a peer has told who it is; false when it is gone before.</summary>
    private sealed class IdentifyWait(PeerId peer) : IPeerObserver
    {
        private readonly TaskCompletionSource<bool> _identified = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _endCounts;

        public Task<bool> Identified => _identified.Task;

        /// <summary>Before the dial has succeeded, a connection that ends is another one.</summary>
        public void BeginToLookForItsEnd() => _endCounts = true;

        public void OnPeerConnected(PeerId connected, ConnectionDirection direction, Multiaddr remoteAddress)
        {
        }

        public void OnPeerDisconnected(PeerId gone)
        {
            if (_endCounts && gone.Equals(peer))
            {
                _identified.TrySetResult(false);
            }
        }

        public void OnPeerIdentified(PeerId identified, IdentifyInfo info)
        {
            if (identified.Equals(peer))
            {
                _identified.TrySetResult(true);
            }
        }
    }
}
