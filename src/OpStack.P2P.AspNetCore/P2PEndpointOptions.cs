using Microsoft.AspNetCore.Http;

namespace OpStack.P2P.AspNetCore;

/// <summary>
/// Who may use an endpoint. By default: programs on this machine, and pages that came from the endpoint's own host. The rules are those of
/// go-ethereum's HTTP server (http.addr, http.vhosts, http.corsdomain). There is no authentication here: add ASP.NET Core's own to the
/// mapped endpoint (RequireAuthorization) before it is opened to others.
/// </summary>
public sealed record P2PEndpointOptions
{
    /// <summary>The key of the node among several in one host (AddOpStackP2P with a key). Default null: the one without a key.</summary>
    public object? NodeKey { get; init; }

    /// <summary>
    /// Whether a request is refused (403) unless its connection comes from a loopback address, wherever the server listens, and was not forwarded
    /// for somebody else (X-Forwarded-For, Forwarded). Default true. A reverse proxy on this machine that names nobody looks like this machine,
    /// unless the forwarded headers middleware runs before. A Unix socket has no address and is refused as well.
    /// </summary>
    public bool LoopbackOnly { get; init; } = true;

    /// <summary>
    /// Host names a request may address us by (its Host header, without the port), against DNS rebinding; "*" allows any. IP addresses are
    /// always allowed: no name was looked up. Default "localhost". Compared without regard to case.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = ["localhost"];

    /// <summary>
    /// Origins whose pages may call, as "https://ops.example"; "*" allows any. A request with another origin is refused (403), except from the
    /// endpoint's own host; so is one without an origin that a page of another site made (Sec-Fetch-Site), unless it is a link that was followed. Default none.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Requests answered at the same time, 1 to 10,000; those above are refused (503). Default 32.</summary>
    public int MaxConcurrentRequests { get; init; } = EndpointLimits.MaxConcurrentRequests;

    /// <summary>How long a request's body may take to arrive (else 408), and its answer to be taken (else the connection is closed). Default 30 s (go-ethereum DefaultHTTPTimeouts).</summary>
    public TimeSpan TransferTimeout { get; init; } = EndpointLimits.TransferTimeout;

    /// <summary>Throws <see cref="ArgumentException"/> that names the setting out of range.</summary>
    internal void Validate()
    {
        RequireRange(MaxConcurrentRequests is >= 1 and <= 10_000, nameof(MaxConcurrentRequests), "1 to 10,000");
        RequireRange(TransferTimeout > TimeSpan.Zero && TransferTimeout <= EndpointLimits.MaxTimeout, nameof(TransferTimeout), "over 0 and at most an hour");
        RequireRange(AllowedHosts.All(IsHost), nameof(AllowedHosts), "host names without a port, or \"*\"");
        RequireRange(AllowedOrigins.All(IsOrigin), nameof(AllowedOrigins), "origins as \"https://ops.example\" or \"http://10.0.0.7:3000\", or \"*\"");
    }

    private static bool IsHost(string host) => host == "*" || (host.Length > 0 && new HostString(host).Host == host && !host.Contains('/'));

    private static bool IsOrigin(string origin) =>
        origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.GetLeftPart(UriPartial.Authority) == origin);

    private static void RequireRange(bool isIn, string setting, string range)
    {
        if (!isIn)
        {
            throw new ArgumentException($"{setting} must be {range}.", setting);
        }
    }
}
