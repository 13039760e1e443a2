using System.Reflection;
using System.Reflection.Emit;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>
/// What a secret passes through, read from the compiled code: everything that signing, key agreement and the making of a public key call in
/// this room. Loops run to public bounds and are the only branches; nothing there may be a VarTime method.
/// </summary>
public class SecretPathTests
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>
    /// Methods that branch forwards, and on what: a position in a scalar; whether a candidate for a nonce was taken before; a verdict that
    /// a nonce is out of range, which no one has ever seen; what the processor can do, which is a constant to the compiler.
    /// </summary>
    private static readonly string[] BranchingOnPublicValues = ["SignedWindows.Recode", "Rfc6979.Next", "WideProduct.High"];

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly HashSet<MethodBase> Reached = Reach(
        Method(typeof(EcdsaSigning), "Sign"),
        Method(typeof(PointMultiplication), "Multiply"),
        Method(typeof(GeneratorMultiplication), "Multiply"));

    [Fact]
    public void Nothing_in_variable_time_is_called()
    {
        Assert.DoesNotContain(Reached, method => Name(method).Contains("VarTime", StringComparison.Ordinal));

        // Were the walk blind, it would reach neither end of it.
        string[] names = [.. Reached.Select(Name)];
        Assert.Contains("DivisionSteps.Next", names);
        Assert.Contains("FieldElement.Select", names);
        Assert.Contains("ConstantTimePoint.Lookup", names);
    }

    [Fact]
    public void Nothing_branches_but_loops()
    {
        string[] branching = [.. Reached.Where(method => Instructions(method).Any(IsForwardCondition)).Select(Name).Distinct().Order()];
        Assert.Equal(BranchingOnPublicValues.Order(), branching);
    }

    [Fact]
    public void The_check_sees_what_branches()
    {
        Assert.Contains(Instructions(Method(typeof(DivisionSteps), "NextVarTime")), IsForwardCondition);
        Assert.Contains(Instructions(Method(typeof(EcdsaVarTime), "RecoversTo")), IsForwardCondition);
        Assert.Contains(Reach(Method(typeof(EcdsaVarTime), "RecoversTo")), method => Name(method) == "DivisionSteps.NextVarTime");
    }

    private static bool IsForwardCondition((OpCode Code, int Next, long Operand) instruction) =>
        instruction.Code.FlowControl == FlowControl.Cond_Branch && (instruction.Code == OpCodes.Switch || instruction.Operand > 0);

    private static HashSet<MethodBase> Reach(params MethodBase[] roots)
    {
        var reached = new HashSet<MethodBase>();
        var waiting = new Queue<MethodBase>(roots);
        while (waiting.TryDequeue(out MethodBase? method))
        {
            if (!reached.Add(method))
                continue;
            foreach ((OpCode code, _, long operand) in Instructions(method))
            {
                if (code.OperandType != OperandType.InlineMethod)
                    continue;
                MethodBase callee = method.Module.ResolveMethod(
                    (int)operand, method.DeclaringType!.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null)!;
                if (callee.DeclaringType?.Namespace == typeof(Scalar).Namespace || callee.DeclaringType == typeof(WideProduct))
                    waiting.Enqueue(callee);
            }
        }

        return reached;
    }

    /// <summary>The instructions of a method: operation, where the next one begins, and the operand; a branch's is relative to that.</summary>
    private static IEnumerable<(OpCode Code, int Next, long Operand)> Instructions(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < il.Length;)
        {
            short value = il[at] == 0xfe ? unchecked((short)(0xfe00 | il[at + 1])) : il[at];
            OpCode code = OpCodesByValue[value];
            at += code.Size;
            int size = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
            long operand = size switch
            {
                1 => (sbyte)il[at],
                4 => BitConverter.ToInt32(il, at),
                _ => 0,
            };
            at += size;
            yield return (code, at, operand);
        }
    }

    private static MethodBase Method(Type type, string name) => type.GetMethods(All).Single(method => method.Name == name);

    private static string Name(MethodBase method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
