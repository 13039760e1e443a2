using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Routing;

namespace OpStack.Discv5;

/// <summary>Parameters of discovery. <see cref="Validate"/> checks them; the service does so when it is created.</summary>
public sealed record Discv5Options
{
    /// <summary>
    /// UDP addresses to bind, 1 or 2. Default 0.0.0.0:9222. Port 0 lets the system choose. One IPv6 wildcard serves IPv4 as well; next to an IPv4
    /// address it serves IPv6 alone. Peers add us to their tables only if our record names the socket we send from, or none (sigp).
    /// </summary>
    public IReadOnlyList<IPEndPoint> ListenAddresses { get; init; } = [new IPEndPoint(IPAddress.Any, 9222)];

    /// <summary>How long an answer may take; starts anew with every NODES packet and every retry. Default 700 ms (geth); 50 ms to 60 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>How often an unanswered request is sent again. Default 1; 0 to 5.</summary>
    public int RequestRetries { get; init; } = 1;

    /// <summary>How long the challenge of a WHOAREYOU is kept for the handshake. Default 1 s (geth and sigp); 100 ms to 60 s.</summary>
    public TimeSpan ChallengeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Sessions kept; the one used longest ago makes room. Default 1000 (sigp); 16 to 100,000.</summary>
    public int MaxSessions { get; init; } = 1000;

    /// <summary>Rates and bans of the packet filter.</summary>
    public FilterOptions Filter { get; init; } = new();

    /// <summary>Bounds and pace of the routing table.</summary>
    public RoutingOptions Routing { get; init; } = new();

    /// <summary>Networks we talk to, as CIDR ranges separated by commas (op-node's p2p.netrestrict). Default null: all.</summary>
    public string? NetRestrict { get; init; }

    /// <summary>
    /// Our record keeps the addresses the host gave it, whatever peers see (op-node's advertise.ip, kona's static ip). Default false: the clear
    /// majority of 10 or more peers changes them.
    /// </summary>
    public bool StaticIp { get; init; }

    /// <summary>Peers that must agree on another address of ours. Default 10 (geth and sigp); 2 to 512.</summary>
    public int MinAddressVotes { get; init; } = 10;

    /// <summary>
    /// How long two strangers have to reach us at an address that our record got from votes. If they do not, it leaves the record, and no votes count
    /// for 6 hours: we are behind a NAT. Addresses of a local network are not tried. Default 5 min (sigp; geth has no such trial); 10 s to 1 day, or
    /// null: no trial.
    /// </summary>
    public TimeSpan? AddressTrial { get; init; } = FilterLimits.TrialDuration;

    /// <summary>
    /// How long datagrams may come in without one being handled before the service says that it is deaf (<see cref="Discv5Service.Health"/>). Default
    /// 30 s; 1 s to 1 h.
    /// </summary>
    public TimeSpan DeafAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Lookups of the core's own that keep the table full: our own id and three random ones at the start and every 15 to 30 minutes (geth). Default
    /// true. A host that looks up random ids all the time needs none.
    /// </summary>
    public bool TableRefresh { get; init; } = true;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        OptionCheck.Require(ListenAddresses is { Count: 1 or 2 } && ListenAddresses.All(a => a is not null), nameof(ListenAddresses), "1 or 2 addresses");
        bool isOnePerFamily = ListenAddresses.Select(a => a.AddressFamily).Distinct().Count() == ListenAddresses.Count;
        OptionCheck.Require(isOnePerFamily, nameof(ListenAddresses), "one address per family");
        OptionCheck.Between(RequestTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60), nameof(RequestTimeout));
        OptionCheck.Between(RequestRetries, 0, 5, nameof(RequestRetries));
        OptionCheck.Between(ChallengeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60), nameof(ChallengeTimeout));
        OptionCheck.Between(MaxSessions, 16, 100_000, nameof(MaxSessions));
        OptionCheck.Between(MinAddressVotes, FilterLimits.LeastMinVotes, FilterLimits.MaxVotes, nameof(MinAddressVotes));
        OptionCheck.Between(AddressTrial ?? FilterLimits.TrialDuration, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1), nameof(AddressTrial));
        OptionCheck.Between(DeafAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(DeafAfter));
        OptionCheck.Require(NetRestrict is null || IpNetworkSet.TryParse(NetRestrict, out _), nameof(NetRestrict), "CIDR ranges separated by commas");
        OptionCheck.Require(Filter is not null, nameof(Filter), "given");
        Filter!.Validate(nameof(Filter));
        OptionCheck.Require(Routing is not null, nameof(Routing), "given");
        Routing!.Validate(nameof(Routing));
    }
}
