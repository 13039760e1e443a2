using OpStack.P2P.Tests.Peers.Storage;

namespace OpStack.P2P.Tests;

/// <summary>What this assembly does when a test starts it as a process of its own.</summary>
internal static class Program
{
    public static int Main(string[] args) => args is [StateWriter.Name, string directory] ? StateWriter.Run(directory) : 1;
}
