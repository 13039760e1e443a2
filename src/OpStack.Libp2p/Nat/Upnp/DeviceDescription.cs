namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>A service of a gateway that maps ports.</summary>
/// <param name="Type">Its type, which every request names.</param>
/// <param name="ControlUrl">Where it takes requests; absolute, not yet judged.</param>
internal sealed record WanService(string Type, Uri ControlUrl)
{
    public const string IpConnection1 = "urn:schemas-upnp-org:service:WANIPConnection:1";
    public const string IpConnection2 = "urn:schemas-upnp-org:service:WANIPConnection:2";
    public const string PppConnection1 = "urn:schemas-upnp-org:service:WANPPPConnection:1";

    /// <summary>Whether it chooses another port when the wanted one is taken (AddAnyPortMapping).</summary>
    public bool ChoosesPorts => Type == IpConnection2;
}

/// <summary>
/// The XML in which a UPnP device describes itself (UPnP Device Architecture 1.1, section 2), as far as port mapping needs it. A pure codec.
/// </summary>
internal static class DeviceDescription
{
    private static readonly string[] BestFirst = [WanService.IpConnection2, WanService.IpConnection1, WanService.PppConnection1];

    /// <summary>Reads the services that map ports, best first; false when there are none or the description is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> document, Uri location, out IReadOnlyList<WanService> services)
    {
        List<(string Type, string ControlUrl)> found = [];
        string baseUrl = "", type = "", controlUrl = "";
        int seen = 0;
        bool read = BoundedXml.TryWalk(
            document,
            (name, text) => _ = name switch
            {
                "URLBase" => baseUrl = text,
                "serviceType" => type = text,
                "controlURL" => controlUrl = text,
                _ => "",
            },
            name =>
            {
                if (name == "service")
                {
                    if (++seen <= UpnpLimits.MaxServices && BestFirst.Contains(type))
                    {
                        found.Add((type, controlUrl));
                    }

                    type = controlUrl = "";
                }
            });
        services = read ? Resolve(found, baseUrl, location) : [];
        return services.Count > 0;
    }

    /// <summary>
    /// A relative URL is relative to URLBase (version 1.0; often there and empty), else to where the description came from.
    /// </summary>
    private static IReadOnlyList<WanService> Resolve(List<(string Type, string ControlUrl)> found, string baseUrl, Uri location)
    {
        Uri origin = Uri.TryCreate(baseUrl, UriKind.Absolute, out Uri? given) && given.Scheme == Uri.UriSchemeHttp ? given : location;
        List<WanService> services = [];
        foreach ((string type, string controlUrl) in found.OrderBy(s => Array.IndexOf(BestFirst, s.Type)))
        {
            if (controlUrl.Length > 0 && Uri.TryCreate(origin, controlUrl, out Uri? url))
            {
                services.Add(new WanService(type, url));
            }
        }

        return services;
    }
}
