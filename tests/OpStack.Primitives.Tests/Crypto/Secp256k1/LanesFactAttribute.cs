using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>A test of the lanes alone, which are there where the processor has AVX2.</summary>
public sealed class LanesFactAttribute : FactAttribute
{
    public LanesFactAttribute() => Skip = FieldLanes.IsSupported ? null : "The processor lacks AVX2.";
}
