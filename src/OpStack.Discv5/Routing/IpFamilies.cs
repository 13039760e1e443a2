namespace OpStack.Discv5.Routing;

/// <summary>The IP versions our sockets can send on.</summary>
[Flags]
internal enum IpFamilies
{
    /// <summary>IPv4.</summary>
    V4 = 1,

    /// <summary>IPv6.</summary>
    V6 = 2,

    /// <summary>Both.</summary>
    Both = V4 | V6,
}
