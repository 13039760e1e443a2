namespace OpStack.P2P.Package.Tests;

/// <summary>What is packed.</summary>
internal static class PackageList
{
    /// <summary>In the order of the floors.</summary>
    public static readonly string[] All =
    [
        "OpStack.Primitives", "OpStack.Libp2p", "OpStack.Discv5", "OpStack.P2P", "OpStack.P2P.Hosting", "OpStack.P2P.AspNetCore",
    ];

    public static TheoryData<string> Names => [.. All];
}
