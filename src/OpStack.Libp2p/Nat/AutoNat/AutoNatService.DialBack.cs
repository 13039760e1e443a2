using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>What a request is worth, and the dial-back itself.</summary>
public sealed partial class AutoNatService
{
    /// <summary>The order of the checks is go-libp2p's: only what is dialled counts against the limits.</summary>
    private async Task<(AutoNatStatus Status, string Reason, Multiaddr? Address)> JudgeAsync(
        ProtocolStream stream, AutoNatDial dial, CancellationToken cancellationToken)
    {
        if (!dial.HasPeer)
        {
            return (AutoNatStatus.BadRequest, "missing peer info", null);
        }

        if (dial.HasId && !stream.Peer.Equals(dial.Id))
        {
            return (AutoNatStatus.BadRequest, dial.Id is null ? "bad peer id" : "peer id mismatch", null);
        }

        if (!stream.RemoteAddress.TryGetTcpEndPoint(out IPEndPoint? observed))
        {
            return (AutoNatStatus.InternalError, "expected an IP address", null);
        }

        observed = observed.Normalize();
        if (!PublicAddress.IsPublic(observed.Address) || _own.Current.Contains(observed.Address))
        {
            return (AutoNatStatus.DialRefused, "refusing to dial peer with blocked observed address", null);
        }

        lock (_gate)
        {
            if (!_budget.TryTake(stream.Peer, _time.GetElapsedTime(0)))
            {
                return (AutoNatStatus.DialRefused, "too many dials", null);
            }
        }

        return await DialBackAsync(stream.Peer, DialBackTargets.Select(stream.Peer, observed, dial.Addresses), cancellationToken).ConfigureAwait(false);
    }

    private async Task<(AutoNatStatus Status, string Reason, Multiaddr? Address)> DialBackAsync(
        PeerId peer, IReadOnlyList<Multiaddr> targets, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(_options.DialTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        AutoNatStatus failure = AutoNatStatus.DialError;
        try
        {
            return (AutoNatStatus.Ok, "", await _dialer.TryAsync(peer, targets, either.Token).ConfigureAwait(false));
        }
        catch (Libp2pException e)
        {
            failure = StatusOf(e.Error);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Nobody is there.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.DialBackFault(peer, e);
            failure = AutoNatStatus.InternalError;
        }

        // Told no sooner than a silent port would be: who could tell a closed port from a filtered one by the time we take would have us as a
        // port scanner (go-libp2p).
        await WaitForAsync(deadline.Token, cancellationToken).ConfigureAwait(false);
        return (failure, "dial failed", null);
    }

    /// <summary>A fault of ours must not tell the peer that it cannot be reached.</summary>
    private static AutoNatStatus StatusOf(Libp2pError error) => error switch
    {
        Libp2pError.OutOfResources or Libp2pError.LimitReached => AutoNatStatus.InternalError,
        Libp2pError.GateRefused => AutoNatStatus.DialRefused,
        _ => AutoNatStatus.DialError,
    };

    private static async Task WaitForAsync(CancellationToken awaited, CancellationToken cancellationToken)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (awaited.Register(ended.SetResult).ConfigureAwait(false))
        {
            await ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
