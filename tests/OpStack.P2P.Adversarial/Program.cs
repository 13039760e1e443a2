using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.NodeCases;
using OpStack.P2P.Adversarial.NodeCases.Soak;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial;

/// <summary>fuzz [--name value ...]: docs/fuzzing.md; attack: docs/threat-model.md; soak: docs/soak.md</summary>
internal static class Program
{
    private const string Usage = "fuzz|attack|soak [--name value ...]";

    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["fuzz", .. string[] rest]:
                return FuzzCommand.Run(rest, Console.Out);
            case ["attack", .. string[] rest]:
                return AttackCommand.RunAsync(rest).GetAwaiter().GetResult();
            case ["soak", .. string[] rest]:
                return SoakCommand.RunAsync(rest).GetAwaiter().GetResult();
            case [VictimChild.Verb]:
                return VictimChild.Run();
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }
}
