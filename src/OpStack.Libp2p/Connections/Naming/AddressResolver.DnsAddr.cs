using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections.Naming;

/// <summary>
/// /dnsaddr/name: the TXT records "dnsaddr=…" of _dnsaddr.name, which may point at further names (multiformats/multiaddr, DNSADDR).
/// </summary>
internal sealed partial class AddressResolver
{
    private const string RecordPrefix = "dnsaddr=";

    private async Task<IReadOnlyList<IPEndPoint>> ResolveDnsAddrAsync(Multiaddr address, string name, PeerId peer, CancellationToken cancellationToken)
    {
        List<IPEndPoint> endPoints = [];
        Libp2pException? failure = null;
        foreach (Multiaddr record in await ExpandAsync(address, name, peer, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                // A dnsaddr does not get here, so this does not recurse.
                endPoints.AddRange(await ResolveAsync(record, peer, cancellationToken).ConfigureAwait(false));
            }
            catch (Libp2pException e)
            {
                failure = e;
            }

            if (endPoints.Count >= SwarmLimits.AddressesPerDial)
            {
                break;
            }
        }

        return endPoints.Count > 0 ? [.. endPoints.Distinct().Take(SwarmLimits.AddressesPerDial)] : throw failure ?? NoAddress(address, null);
    }

    /// <summary>
    /// The records of a tree of names that end in the peer's id and that we can dial, breadth first, within the bounds of
    /// <see cref="SwarmLimits"/>. A name in it that cannot be looked up takes none of the others along.
    /// </summary>
    private async Task<IReadOnlyList<Multiaddr>> ExpandAsync(Multiaddr address, string name, PeerId peer, CancellationToken cancellationToken)
    {
        List<Multiaddr> found = [];
        HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase) { name };
        Queue<(string Name, int Depth)> names = new([(name, 1)]);
        int records = 0;
        Libp2pException? failure = null;
        while (names.TryDequeue(out (string Name, int Depth) next))
        {
            IReadOnlyList<string> texts = [];
            try
            {
                texts = await LookUpAsync(address, () => _texts("_dnsaddr." + next.Name, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (Libp2pException e)
            {
                failure = e;
            }

            IEnumerable<Multiaddr> taken = texts.Take(SwarmLimits.DnsAddrRecords - records).Select(ReadRecord).OfType<Multiaddr>();
            foreach (Multiaddr record in taken.Where(r => peer.Equals(r.PeerId)))
            {
                if (!record.TryGetDnsAddrHost(out string? further))
                {
                    found.Add(record);
                }
                else if (next.Depth < SwarmLimits.DnsAddrDepth && asked.Count < SwarmLimits.DnsAddrLookups && asked.Add(further))
                {
                    names.Enqueue((further, next.Depth + 1));
                }
            }

            records = Math.Min(records + texts.Count, SwarmLimits.DnsAddrRecords);
        }

        Multiaddr[] dialable = [.. found.Where(r => r.TryGetTcpEndPoint(out _) || r.TryGetDnsHost(out _, out AddressFamily _, out _))];
        return dialable.Length > 0 || failure is null ? dialable : throw failure;
    }

    private static Multiaddr? ReadRecord(string text) =>
        text.StartsWith(RecordPrefix, StringComparison.Ordinal) && Multiaddr.TryParse(text[RecordPrefix.Length..], out Multiaddr? address) ? address : null;
}
