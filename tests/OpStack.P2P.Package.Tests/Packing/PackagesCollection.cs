namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>Packed once for all that look at packages or use them.</summary>
[CollectionDefinition(Name)]
public sealed class PackagesCollection : ICollectionFixture<PackedRepository>
{
    public const string Name = "packages";
}
