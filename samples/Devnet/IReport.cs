namespace OpStack.P2P.Devnet;

/// <summary>Tells a person or a program how the run goes.</summary>
internal interface IReport
{
    void Started(IReadOnlyList<DevnetNode> nodes);

    void Block(BlockStatistics block, int followers);

    /// <summary>The end, whole or not: the blocks published, and how they fared.</summary>
    void Summary(IReadOnlyList<BlockStatistics> blocks, IReadOnlyList<DevnetNode> followers, RunOutcome outcome);

    /// <summary>The run could not be done.</summary>
    void Failed(string reason);
}
