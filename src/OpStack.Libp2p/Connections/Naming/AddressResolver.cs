using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Connections.Naming;

/// <summary>
/// Turns multiaddrs into TCP endpoints in normal form: ip4 and ip6 as they stand, dns, dns4 and dns6 by looking the name up, dnsaddr by its
/// TXT records.
/// </summary>
/// <param name="names">Null for the system's resolver.</param>
/// <param name="texts">Null for the system's name servers.</param>
/// <param name="lookUps">Look-ups at once, those nobody waits for any more included: not every resolver can be stopped.</param>
/// <param name="time">The clock of our own TXT look-ups.</param>
internal sealed partial class AddressResolver(NameResolver? names, TextResolver? texts, int lookUps, TimeProvider time)
{
    private readonly NameResolver _names = names ?? Dns.GetHostAddressesAsync;
    private readonly TextResolver _texts = texts ?? new DnsTextClient(time).ResolveAsync;
    private readonly AsyncSlots _lookUps = new(lookUps);

    /// <summary>Look-ups under way.</summary>
    public int LookUps => _lookUps.Taken;

    /// <summary>
    /// The endpoints at which <paramref name="peer"/> is said to be, at most <see cref="SwarmLimits.AddressesPerDial"/>.
    /// Throws <see cref="Libp2pException"/> (DialFailed) for a transport we do not speak or a name that does not resolve.
    /// </summary>
    public async ValueTask<IReadOnlyList<IPEndPoint>> ResolveAsync(Multiaddr address, PeerId peer, CancellationToken cancellationToken)
    {
        if (address.TryGetTcpEndPoint(out IPEndPoint? endPoint))
        {
            return [endPoint.Normalize()];
        }

        if (address.TryGetDnsAddrHost(out string? name))
        {
            return await ResolveDnsAddrAsync(address, name, peer, cancellationToken).ConfigureAwait(false);
        }

        return address.TryGetDnsHost(out string? host, out AddressFamily family, out int port)
            ? await ResolveHostAsync(address, host, family, port, cancellationToken).ConfigureAwait(false)
            : throw new Libp2pException(Libp2pError.DialFailed, $"{address}: only TCP over ip4, ip6, dns, dns4, dns6 and dnsaddr is spoken here.");
    }

    private async Task<IReadOnlyList<IPEndPoint>> ResolveHostAsync(
        Multiaddr address, string host, AddressFamily family, int port, CancellationToken cancellationToken)
    {
        IPAddress[] found = await LookUpAsync(address, () => _names(host, family, cancellationToken), cancellationToken).ConfigureAwait(false);
        IPEndPoint[] endPoints =
        [
            .. found.Select(a => a.Normalize())
                .Where(a => family == AddressFamily.Unspecified || a.AddressFamily == family)
                .Distinct()
                .Take(SwarmLimits.AddressesPerDial)
                .Select(a => new IPEndPoint(a, port)),
        ];
        return endPoints.Length > 0 ? endPoints : throw NoAddress(address, null);
    }

    /// <summary>
    /// A look-up under way cannot be cancelled on every platform; it is then left behind, keeps its place among those under way until it
    /// ends, and its failure is nobody's any more.
    /// </summary>
    private async Task<T> LookUpAsync<T>(Multiaddr address, Func<Task<T>> lookUp, CancellationToken cancellationToken)
    {
        await _lookUps.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Begin(lookUp).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not Libp2pException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // SocketException, or ArgumentException for a name no resolver takes, or what a resolver of the host's throws: a cancellation of its
            // own, which is no deadline of ours, among it.
            throw NoAddress(address, e);
        }
    }

    private Task<T> Begin<T>(Func<Task<T>> lookUp)
    {
        Task<T> task;
        try
        {
            task = lookUp();
        }
        catch (Exception e)
        {
            task = Task.FromException<T>(e);
        }

        _ = task.ContinueWith(
            t =>
            {
                _ = t.Exception; // Observed.
                _lookUps.Leave();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }

    private static Libp2pException NoAddress(Multiaddr address, Exception? inner) =>
        new(Libp2pError.DialFailed, inner is null ? $"{address}: the name has no address." : $"{address}: looking the name up failed: {inner.Message}", inner);
}
