namespace OpStack.P2P.FollowChain.Flags;

/// <summary>What a flag takes.</summary>
internal enum FlagKind
{
    Text,

    /// <summary>Separated by commas, given several times, or both.</summary>
    List,

    /// <summary>Alone for true, or true or false.</summary>
    Switch,

    /// <summary>0 to 65535.</summary>
    Port,

    /// <summary>A whole number from 0 on.</summary>
    Count,

    Number,

    /// <summary>As in Go, "1m30s".</summary>
    Duration,
}

/// <summary>A flag of the command line, and the variables that stand for it.</summary>
/// <param name="Name">With the dashes.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Default">Its value where nothing is given; null for none.</param>
/// <param name="Help">What it does.</param>
internal sealed record Flag(string Name, FlagKind Kind, string? Default, string Help)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>op-node's variable, which wins over kona's.</summary>
    public string? OpNode { get; init; }

    public string? Kona { get; init; }

    /// <summary>Asked where neither of the two is set.</summary>
    public string? OtherVariable { get; init; }

    /// <summary>The parameter that the library names when it finds the value out of range.</summary>
    public string? Setting { get; init; }

    /// <summary>What a bare number counts (kona's unit); null where one is refused, as by op-node.</summary>
    public TimeSpan? Unit { get; init; }

    /// <summary>A key: never printed.</summary>
    public bool IsSecret { get; init; }

    public IEnumerable<string> Variables => new[] { OpNode, Kona, OtherVariable }.OfType<string>();
}

/// <summary>Flags under one heading of the help.</summary>
internal sealed record FlagGroup(string Title, IReadOnlyList<Flag> Flags);
