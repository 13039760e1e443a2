namespace OpStack.P2P.Devnet;

/// <summary>Tells a person or a program how the run goes.</summary>
internal interface IReport
{
    void Started(IReadOnlyList<DevnetNode> nodes);

    void Block(BlockStatistics block, int followers);

    void Interrupted();

    void Summary(IReadOnlyList<BlockStatistics> blocks, IReadOnlyList<DevnetNode> followers, bool complete);
}
