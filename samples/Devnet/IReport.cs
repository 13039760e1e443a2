using OpStack.Primitives;

namespace OpStack.P2P.Devnet;

/// <summary>Tells a person or a program how the run goes.</summary>
internal interface IReport
{
    /// <summary>Comes first, if at all: what another process needs to follow the chain: its rollup.json, whose blocks are valid, and a node to begin with.</summary>
    void Followable(string configPath, Address signer, DevnetNode sequencer);

    void Started(IReadOnlyList<DevnetNode> nodes);

    void Block(BlockStatistics block, int followers);

    /// <summary>The end, whole or not: the blocks published, and how they fared.</summary>
    void Summary(IReadOnlyList<BlockStatistics> blocks, IReadOnlyList<DevnetNode> followers, RunOutcome outcome);

    /// <summary>The run could not be done.</summary>
    void Failed(string reason);
}
