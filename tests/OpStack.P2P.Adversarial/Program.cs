using OpStack.P2P.Adversarial.Fuzzing;

namespace OpStack.P2P.Adversarial;

/// <summary>fuzz [--name value ...]: docs/fuzzing.md</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["fuzz", .. string[] rest]:
                return FuzzCommand.Run(rest);
            default:
                Console.Error.WriteLine("fuzz [--name value ...]");
                return 2;
        }
    }
}
