using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections;

/// <summary>Looks a host name up; the family is <see cref="AddressFamily.Unspecified"/> for both.</summary>
public delegate Task<IPAddress[]> NameResolver(string host, AddressFamily family, CancellationToken cancellationToken);

/// <summary>Turns multiaddrs into TCP endpoints: ip4 and ip6 as they stand, dns, dns4 and dns6 by looking the name up.</summary>
internal sealed class AddressResolver(NameResolver? resolver)
{
    private readonly NameResolver _resolver = resolver ?? Dns.GetHostAddressesAsync;

    /// <summary>
    /// The endpoints of <paramref name="address"/>, at most <see cref="SwarmLimits.AddressesPerDial"/>.
    /// Throws <see cref="Libp2pException"/> (DialFailed) for a transport we do not speak or a name that does not resolve.
    /// </summary>
    public async ValueTask<IReadOnlyList<IPEndPoint>> ResolveAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        if (address.TryGetTcpEndPoint(out IPEndPoint? endPoint))
        {
            return [endPoint];
        }

        if (!address.TryGetDnsHost(out string? host, out AddressFamily family, out int port))
        {
            throw new Libp2pException(Libp2pError.DialFailed, $"{address}: only TCP over ip4, ip6, dns, dns4 and dns6 is spoken here.");
        }

        try
        {
            IPAddress[] found = await LookUpAsync(host, family, cancellationToken).ConfigureAwait(false);
            IPEndPoint[] endPoints =
            [
                .. found.Where(a => family == AddressFamily.Unspecified || a.AddressFamily == family)
                    .Take(SwarmLimits.AddressesPerDial)
                    .Select(a => new IPEndPoint(a, port)),
            ];
            return endPoints.Length > 0 ? endPoints : throw NoAddress(address, null);
        }
        catch (Exception e) when (e is not (OperationCanceledException or Libp2pException))
        {
            // SocketException, or ArgumentException for a name no resolver takes, or what a resolver of the host's throws.
            throw NoAddress(address, e);
        }
    }

    /// <summary>A look-up under way cannot be cancelled on every platform; it is then left behind, and its failure is nobody's any more.</summary>
    private async Task<IPAddress[]> LookUpAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        Task<IPAddress[]> lookUp = _resolver(host, family, cancellationToken);
        _ = lookUp.ContinueWith(
            static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await lookUp.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Libp2pException NoAddress(Multiaddr address, Exception? inner) =>
        new(Libp2pError.DialFailed, inner is null ? $"{address}: the name has no address." : $"{address}: looking the name up failed: {inner.Message}", inner);
}
