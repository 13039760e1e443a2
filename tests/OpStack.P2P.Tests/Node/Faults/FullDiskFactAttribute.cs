namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>A test that needs the disk that is always full, which only Linux has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FullDiskFactAttribute : FactAttribute
{
    public const string Full = "/dev/full";

    public FullDiskFactAttribute() => Skip = File.Exists(Full) ? null : $"There is no {Full} here.";
}
