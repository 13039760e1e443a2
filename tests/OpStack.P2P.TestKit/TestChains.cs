namespace OpStack.P2P.TestKit;

/// <summary>Made-up chains at which every block has one version, whatever the time.</summary>
public static class TestChains
{
    public static RollupConfig At(ulong chainId, PayloadVersion version) => new()
    {
        L2ChainId = chainId,
        L1ChainId = 900,
        BlockTime = 2,
        Genesis = new RollupGenesis(default, default, 0),
        RegolithTime = 0,
        CanyonTime = version >= PayloadVersion.V2 ? 0UL : null,
        DeltaTime = version >= PayloadVersion.V2 ? 0UL : null,
        EcotoneTime = version >= PayloadVersion.V3 ? 0UL : null,
        FjordTime = version >= PayloadVersion.V3 ? 0UL : null,
        GraniteTime = version >= PayloadVersion.V3 ? 0UL : null,
        HoloceneTime = version >= PayloadVersion.V3 ? 0UL : null,
        IsthmusTime = version >= PayloadVersion.V4 ? 0UL : null,
    };
}
