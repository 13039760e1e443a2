using System.Net;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>
/// Which URLs are followed: plain HTTP at the gateway's own IP address, nothing else. A device on the local network could otherwise send our
/// requests to whatever listens inside (server-side request forgery); names could be made to mean anything, so there are none.
/// </summary>
internal static class GatewayUrl
{
    public static bool IsAllowed(Uri url, IPAddress gateway) =>
        url.IsAbsoluteUri
        && url.Scheme == Uri.UriSchemeHttp
        && url.UserInfo.Length == 0
        && url.Port is > 0 and <= ushort.MaxValue
        && url.OriginalString.Length <= UpnpLimits.MaxUrl
        && IPAddress.TryParse(url.Host, out IPAddress? host)
        && host.Equals(gateway);
}
