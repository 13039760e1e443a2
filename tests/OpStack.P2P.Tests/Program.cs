using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Peers.Storage;

namespace OpStack.P2P.Tests;

/// <summary>What this assembly does when a test starts it as a process of its own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [StateWriter.Name, string directory] => StateWriter.Run(directory),
        [DriverChild.Name] => await DriverChild.RunAsync(),
        _ => 1,
    };
}
