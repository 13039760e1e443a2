namespace OpStack.P2P;

public sealed partial record RollupConfig
{
    /// <summary>"regolith_time".</summary>
    public ulong? RegolithTime { get; init; }

    /// <summary>"canyon_time": withdrawals in the payload (V2).</summary>
    public ulong? CanyonTime { get; init; }

    /// <summary>"delta_time".</summary>
    public ulong? DeltaTime { get; init; }

    /// <summary>"ecotone_time": blob gas and parent beacon block root (V3).</summary>
    public ulong? EcotoneTime { get; init; }

    /// <summary>"fjord_time".</summary>
    public ulong? FjordTime { get; init; }

    /// <summary>"granite_time".</summary>
    public ulong? GraniteTime { get; init; }

    /// <summary>"holocene_time".</summary>
    public ulong? HoloceneTime { get; init; }

    /// <summary>"pectra_blob_schedule_time": an L1 matter that stands outside the order of the forks.</summary>
    public ulong? PectraBlobScheduleTime { get; init; }

    /// <summary>"isthmus_time": withdrawals root in the payload (V4).</summary>
    public ulong? IsthmusTime { get; init; }

    /// <summary>"jovian_time": blobGasUsed carries the data availability footprint.</summary>
    public ulong? JovianTime { get; init; }

    /// <summary>"karst_time".</summary>
    public ulong? KarstTime { get; init; }

    /// <summary>"lagoon_time".</summary>
    public ulong? LagoonTime { get; init; }

    // A later fork being active implies the earlier ones, whatever their own times say (kona genesis/rollup.rs).

    /// <summary>True from Regolith on, at a block timestamp in unix seconds.</summary>
    public bool IsRegolithActive(ulong timestamp) => timestamp >= RegolithTime || IsCanyonActive(timestamp);

    /// <summary>True from Canyon on.</summary>
    public bool IsCanyonActive(ulong timestamp) => timestamp >= CanyonTime || IsDeltaActive(timestamp);

    /// <summary>True from Delta on.</summary>
    public bool IsDeltaActive(ulong timestamp) => timestamp >= DeltaTime || IsEcotoneActive(timestamp);

    /// <summary>True from Ecotone on.</summary>
    public bool IsEcotoneActive(ulong timestamp) => timestamp >= EcotoneTime || IsFjordActive(timestamp);

    /// <summary>True from Fjord on.</summary>
    public bool IsFjordActive(ulong timestamp) => timestamp >= FjordTime || IsGraniteActive(timestamp);

    /// <summary>True from Granite on.</summary>
    public bool IsGraniteActive(ulong timestamp) => timestamp >= GraniteTime || IsHoloceneActive(timestamp);

    /// <summary>True from Holocene on.</summary>
    public bool IsHoloceneActive(ulong timestamp) => timestamp >= HoloceneTime || IsIsthmusActive(timestamp);

    /// <summary>True from Isthmus on.</summary>
    public bool IsIsthmusActive(ulong timestamp) => timestamp >= IsthmusTime || IsJovianActive(timestamp);

    /// <summary>True from Jovian on.</summary>
    public bool IsJovianActive(ulong timestamp) => timestamp >= JovianTime || IsKarstActive(timestamp);

    /// <summary>True from Karst on.</summary>
    public bool IsKarstActive(ulong timestamp) => timestamp >= KarstTime || IsLagoonActive(timestamp);

    /// <summary>True from Lagoon on.</summary>
    public bool IsLagoonActive(ulong timestamp) => timestamp >= LagoonTime;

    /// <summary>The layout, and so the topic, of a block with this timestamp (unix seconds).</summary>
    public PayloadVersion PayloadVersionAt(ulong timestamp) =>
        IsIsthmusActive(timestamp) ? PayloadVersion.V4
        : IsEcotoneActive(timestamp) ? PayloadVersion.V3
        : IsCanyonActive(timestamp) ? PayloadVersion.V2
        : PayloadVersion.V1;
}
