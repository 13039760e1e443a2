using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Connections.Naming;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Connections.Dialing;

/// <summary>
/// Connects to one peer at one of its addresses: resolves them, leaves out what the gate, the limits or the back-off forbid, and races the
/// others. Any thread.
/// </summary>
internal sealed class PeerDialer(
    ITransport transport,
    ConnectionUpgrader upgrader,
    AddressResolver resolver,
    GateKeeper gate,
    AddressPlaces places,
    AsyncSlots slots,
    SwarmOptions options,
    TimeProvider time,
    ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly DialBackoffs _backoffs = new(options.Limits);

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>Addresses in back-off.</summary>
    public int BackoffCount
    {
        get
        {
            lock (_gate)
            {
                return _backoffs.CountActive(Now);
            }
        }
    }

    /// <summary>
    /// A connection to <paramref name="peer"/>, not yet in the table. The caller holds a slot. Throws <see cref="Libp2pException"/> as
    /// <see cref="DialFailures"/> says.
    /// </summary>
    /// <param name="peer">Whom to find.</param>
    /// <param name="addresses">Where; at most <see cref="SwarmLimits.AddressesPerDial"/> are tried.</param>
    /// <param name="ignoreBackoff">Whether addresses in back-off are tried as well.</param>
    /// <param name="discard">Takes connections that lost the race.</param>
    /// <param name="cancellationToken">The deadline of the whole.</param>
    public async Task<PeerConnection> DialAsync(
        PeerId peer, IReadOnlyList<Multiaddr> addresses, bool ignoreBackoff, Action<PeerConnection> discard, CancellationToken cancellationToken)
    {
        DialFailures failures = new();
        AddressRace<IPEndPoint, PeerConnection> race = new(slots, time, (target, ct) => AttemptAsync(peer, target, failures, ct));
        IAsyncEnumerable<IPEndPoint> targets = TargetsAsync(peer, addresses, ignoreBackoff, failures, cancellationToken);
        return await race.RunAsync(targets.Take(SwarmLimits.AddressesPerDial), discard, cancellationToken).ConfigureAwait(false)
            ?? throw failures.ToException(peer);
    }

    /// <summary>
    /// Where to try, in order: addresses that stand for themselves first, because a name may take long; then the names, each looked up when
    /// its turn comes.
    /// </summary>
    private async IAsyncEnumerable<IPEndPoint> TargetsAsync(
        PeerId peer,
        IReadOnlyList<Multiaddr> addresses,
        bool ignoreBackoff,
        DialFailures failures,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<IPEndPoint> seen = [];
        List<IPEndPoint> literals = [];
        List<Multiaddr> names = [];
        foreach (Multiaddr address in addresses.Take(SwarmLimits.AddressesPerDial))
        {
            if (address.TryGetTcpEndPoint(out IPEndPoint? endPoint))
            {
                literals.Add(endPoint.Normalize());
            }
            else
            {
                names.Add(address.WithoutPeerId());
            }
        }

        foreach (IPEndPoint target in FamilyOrder.Interleave(literals))
        {
            if (seen.Add(target) && HasRested(peer, target, ignoreBackoff, failures))
            {
                yield return target;
            }
        }

        foreach (Multiaddr name in names)
        {
            IReadOnlyList<IPEndPoint> found = await ResolveAsync(peer, name, ignoreBackoff, failures, cancellationToken).ConfigureAwait(false);
            foreach (IPEndPoint target in FamilyOrder.Interleave(found))
            {
                if (seen.Add(target) && HasRested(peer, target, ignoreBackoff, failures))
                {
                    yield return target;
                }
            }
        }
    }

    private async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(
        PeerId peer, Multiaddr name, bool ignoreBackoff, DialFailures failures, CancellationToken cancellationToken)
    {
        if (!ignoreBackoff && BackoffOf(peer, name) is { } backoff)
        {
            failures.Add(backoff);
            return [];
        }

        using CancellationTokenSource timer = new(options.DialTimeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await resolver.ResolveAsync(name, peer, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            OnFailed(peer, name, new Libp2pException(Libp2pError.Timeout, $"Looking {name} up took longer than {options.DialTimeout}.", e), failures);
        }
        catch (Libp2pException e)
        {
            OnFailed(peer, name, e, failures);
        }

        return [];
    }

    private bool HasRested(PeerId peer, IPEndPoint target, bool ignoreBackoff, DialFailures failures)
    {
        if (!ignoreBackoff && BackoffOf(peer, Multiaddr.FromTcpEndPoint(target)) is { } backoff)
        {
            failures.Add(backoff);
            return false;
        }

        return true;
    }

    private async Task<PeerConnection?> AttemptAsync(PeerId peer, IPEndPoint target, DialFailures failures, CancellationToken cancellationToken)
    {
        Multiaddr address = Multiaddr.FromTcpEndPoint(target);
        if (places.TryEnter(target.Address, ConnectionDirection.Outbound, out IDisposable? place) is { } refusal)
        {
            failures.Add(new Libp2pException(Libp2pError.LimitReached, $"{address} is not dialled: {refusal}."));
            return null;
        }

        // Last of all: a gate that counts dials must not count those that are not made, as that of an address another one was faster than.
        if (gate.AddressDial(peer, address, target.Address) is var verdict and not GateVerdict.Allow)
        {
            place!.Dispose();
            failures.Add(GateKeeper.Refused(verdict, $"to dial {address}"));
            return null;
        }

        using CancellationTokenSource timer = new(options.DialTimeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            ITransportConnection socket = await transport.DialAsync(target, options.DialTimeout, linked.Token).ConfigureAwait(false);
            PeerConnection connection = await upgrader
                .UpgradeAsync(socket, ConnectionDirection.Outbound, peer, place!, linked.Token).ConfigureAwait(false);
            OnSucceeded(peer, address);
            return connection;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            OnFailed(peer, address, new Libp2pException(Libp2pError.Timeout, $"Dialling {address} took longer than {options.DialTimeout}.", e), failures);
        }
        catch (Libp2pException e)
        {
            OnFailed(peer, address, e, failures);
        }
        catch
        {
            place!.Dispose();
            throw;
        }

        place!.Dispose();
        return null;
    }

    private Libp2pException? BackoffOf(PeerId peer, Multiaddr address)
    {
        lock (_gate)
        {
            TimeSpan left = _backoffs.RemainingOf(peer, address, Now);
            return left > TimeSpan.Zero ? new Libp2pException(Libp2pError.DialBackoff, $"{address} failed lately and is left alone for {left} more.") : null;
        }
    }

    private void OnSucceeded(PeerId peer, Multiaddr address)
    {
        lock (_gate)
        {
            _backoffs.OnSucceeded(peer, address);
        }
    }

    private void OnFailed(PeerId peer, Multiaddr address, Libp2pException failure, DialFailures failures)
    {
        logger.DialFailed(address, failure.Message);
        failures.Add(failure);
        lock (_gate)
        {
            _backoffs.OnFailed(peer, address, failure.Error, Now);
        }
    }
}
