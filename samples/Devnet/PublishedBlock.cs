using System.Diagnostics;
using OpStack.Primitives;

namespace OpStack.P2P.Devnet;

/// <summary>What is kept of a block that was published: not its bytes, or a long run would hold them all.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Decompressed bytes.</param>
/// <param name="Transactions">How many.</param>
/// <param name="PublishedAt">When publishing began, as a timestamp of <see cref="Stopwatch"/>.</param>
internal sealed record PublishedBlock(ulong Number, Hash256 Hash, int Size, int Transactions, long PublishedAt)
{
    public static PublishedBlock Now(OpNetworkPayloadEnvelope block) => new(
        block.Payload.BlockNumber, block.Payload.BlockHash, block.Body.Length + BlockSignature.Size, block.Payload.Transactions.Count,
        Stopwatch.GetTimestamp());
}
