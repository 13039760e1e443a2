namespace OpStack.Libp2p.Tests.Child;

/// <summary>What runs when this assembly is started as a program: a node for the tests of another process.</summary>
internal static class Program
{
    public static Task Main() => ChildNode.RunAsync(Console.In, Console.Out);
}
