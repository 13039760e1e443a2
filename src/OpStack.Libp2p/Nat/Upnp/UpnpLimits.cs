namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>Bounds of UPnP.</summary>
internal static class UpnpLimits
{
    /// <summary>The longest SSDP answer looked at, in bytes. Ours; honest ones have 300 to 500.</summary>
    public const int MaxSsdpAnswer = 2048;

    /// <summary>SSDP answers looked at in one search, other devices' among them. Ours.</summary>
    public const int SsdpAnswersPerSearch = 64;

    /// <summary>Header lines looked at in an SSDP answer. Ours; honest ones have about 10.</summary>
    public const int MaxHeaderLines = 32;

    /// <summary>The longest URL taken, in characters. Ours.</summary>
    public const int MaxUrl = 512;

    /// <summary>Different descriptions of the gateway read in one search. Ours; an honest one has one, a second for version 2.</summary>
    public const int DescriptionsPerSearch = 4;

    /// <summary>The longest description or SOAP answer read, in bytes. Ours; honest descriptions have 2,000 to 10,000.</summary>
    public const int MaxBody = 64 * 1024;

    /// <summary>The longest HTTP header of an answer, in KiB. Ours.</summary>
    public const int MaxHeaderKiB = 8;

    /// <summary>How deep the XML of an answer may nest. Ours; descriptions nest ten deep.</summary>
    public const int MaxXmlDepth = 32;

    /// <summary>The longest text of one XML element that is kept, in characters. Ours.</summary>
    public const int MaxXmlText = 512;

    /// <summary>Services looked at in one description. Ours; honest ones have about five.</summary>
    public const int MaxServices = 64;

    /// <summary>External ports tried for one mapping when others hold the ones we ask for. Ours.</summary>
    public const int PortsTried = 4;

    /// <summary>The lowest external port tried after the wanted one; those below are the system's (RFC 6335).</summary>
    public const int LowestRandomPort = 1024;

    /// <summary>Copies of the search, because datagrams get lost (UPnP Device Architecture 1.1, section 1.3.2).</summary>
    public const int SearchRounds = 3;

    /// <summary>Seconds over which devices spread their answers, the MX header: the least there is.</summary>
    public const int SearchSpreadSeconds = 1;

    /// <summary>How long each copy of the search is waited for: MX and the way.</summary>
    public static readonly TimeSpan SearchTimeout = TimeSpan.FromSeconds(1.5);

    /// <summary>For one HTTP exchange, from connecting to the end of the body. Ours; UPnP gives a device 30 s.</summary>
    public static readonly TimeSpan HttpTimeout = TimeSpan.FromSeconds(5);
}
