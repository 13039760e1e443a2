using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace OpStack.P2P.AspNetCore.Access;

/// <summary>Decides by connection, Host, Origin and what browsers tell besides whether a request may go on: <see cref="P2PEndpointOptions"/>. Reads no body.</summary>
internal sealed class AccessRule(P2PEndpointOptions options)
{
    private readonly HashSet<string> _hosts = new(options.AllowedHosts, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _origins = new(options.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when the request may go on; else why not, for a person.</summary>
    public string? Refusal(HttpContext context)
    {
        if (options.LoopbackOnly && !(IsLoopback(context.Connection.RemoteIpAddress) && !IsForwarded(context.Request.Headers)))
        {
            return "This endpoint answers this machine only.";
        }

        if (!IsHostAllowed(context.Request.Host))
        {
            return "The host of the request is not one of this endpoint.";
        }

        bool mayUse = context.Request.Headers.Origin is { Count: > 0 } origins ? MayUse(origins, context.Request) : !IsOfAnotherPage(context.Request);
        return mayUse ? null : "The origin of the request may not use this endpoint.";
    }

    /// <summary>Whether a page of this origin may read the answer; false for the endpoint's own pages, which need no leave.</summary>
    public bool IsOriginAllowed(string origin) => _origins.Contains("*") || _origins.Contains(origin);

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>A proxy that says for whom it asks; the forwarded headers middleware takes away what it has understood.</summary>
    private static bool IsForwarded(IHeaderDictionary headers) => headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded");

    /// <summary>
    /// Images, scripts and the like of another site's page come without an origin, but with Sec-Fetch-Site (Fetch Metadata). A link to us that a person follows
    /// comes with it as well, and is welcome.
    /// </summary>
    private bool IsOfAnotherPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none") && !_origins.Contains("*")
        && !(HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate");

    /// <summary>A request without a host was not made by a browser (go-ethereum virtualHostHandler).</summary>
    private bool IsHostAllowed(HostString host) =>
        !host.HasValue || _hosts.Contains("*") || _hosts.Contains(host.Host) || IPAddress.TryParse(host.Host.Trim('[', ']'), out _);

    private bool MayUse(StringValues origins, HttpRequest request) => origins is [{ } origin] && (IsOwn(origin, request) || IsOriginAllowed(origin));

    private static bool IsOwn(string origin, HttpRequest request) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
}
