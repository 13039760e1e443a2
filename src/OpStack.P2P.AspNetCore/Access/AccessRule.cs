using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace OpStack.P2P.AspNetCore.Access;

/// <summary>Decides by connection, Host and Origin whether a request may go on: <see cref="P2PEndpointOptions"/>. Reads no body.</summary>
internal sealed class AccessRule(P2PEndpointOptions options)
{
    private readonly HashSet<string> _hosts = new(options.AllowedHosts, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _origins = new(options.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when the request may go on; else why not, for a person.</summary>
    public string? Refusal(HttpContext context)
    {
        if (options.LoopbackOnly && !IsLoopback(context.Connection.RemoteIpAddress))
        {
            return "This endpoint answers this machine only.";
        }

        if (!IsHostAllowed(context.Request.Host))
        {
            return "The host of the request is not one of this endpoint.";
        }

        return context.Request.Headers.Origin is { Count: > 0 } origins && !MayUse(origins, context.Request)
            ? "The origin of the request may not use this endpoint."
            : null;
    }

    /// <summary>Whether a page of this origin may read the answer; false for the endpoint's own pages, which need no leave.</summary>
    public bool IsOriginAllowed(string origin) => _origins.Contains("*") || _origins.Contains(origin);

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>A request without a host was not made by a browser (go-ethereum virtualHostHandler).</summary>
    private bool IsHostAllowed(HostString host) =>
        !host.HasValue || _hosts.Contains("*") || _hosts.Contains(host.Host) || IPAddress.TryParse(host.Host.Trim('[', ']'), out _);

    private bool MayUse(StringValues origins, HttpRequest request) => origins is [{ } origin] && (IsOwn(origin, request) || IsOriginAllowed(origin));

    private static bool IsOwn(string origin, HttpRequest request) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
}
