using System.Collections;

namespace OpStack.P2P.Peers;

/// <summary>The nodes a chain's discovery begins with. Immutable; the lists are those of kona and op-node, in their order.</summary>
public sealed partial class BootNodes : IReadOnlyList<BootNode>
{
    private const ulong Ethereum = 1, Sepolia = 11155111;

    private static readonly Lazy<BootNodes> MainnetList = new(() => Parse(MainnetTexts));
    private static readonly Lazy<BootNodes> TestnetList = new(() => Parse(TestnetTexts));
    private static readonly Lazy<BootNodes> OpNodeList = new(() => Parse(OpNodeTexts));

    private readonly BootNode[] _nodes;

    /// <summary>A list of one's own.</summary>
    public BootNodes(IEnumerable<BootNode> nodes) => _nodes = [.. nodes];

    /// <summary>No nodes.</summary>
    public static BootNodes None { get; } = new([]);

    /// <summary>kona's list for chains on Ethereum: 24 nodes.</summary>
    public static BootNodes Mainnet => MainnetList.Value;

    /// <summary>kona's list for chains on Sepolia: 8 nodes.</summary>
    public static BootNodes Testnet => TestnetList.Value;

    /// <summary>op-node's list, which it uses for every chain: 13 nodes.</summary>
    public static BootNodes OpNode => OpNodeList.Value;

    /// <inheritdoc/>
    public int Count => _nodes.Length;

    /// <inheritdoc/>
    public BootNode this[int index] => _nodes[index];

    /// <summary>
    /// The nodes for a chain of the <see cref="ChainRegistry"/>: kona's list for its L1, then what op-node has besides. None for a chain
    /// that is not registered (a devnet must not reach out), or on another L1.
    /// </summary>
    public static BootNodes FromChainId(ulong l2ChainId) =>
        !ChainRegistry.TryGet(l2ChainId, out RegisteredChain? chain) ? None : chain.Config.L1ChainId switch
        {
            Ethereum => Mainnet.Union(OpNode),
            Sepolia => Testnet.Union(OpNode),
            _ => None,
        };

    /// <summary>These nodes, then those of <paramref name="others"/> that are not among them: a node is known by its id.</summary>
    public BootNodes Union(IEnumerable<BootNode> others) => new(_nodes.Concat(others).DistinctBy(node => node.NodeId));

    /// <inheritdoc/>
    public IEnumerator<BootNode> GetEnumerator() => ((IEnumerable<BootNode>)_nodes).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static BootNodes Parse(string[] texts) => new(texts.Select(BootNode.Parse));
}
