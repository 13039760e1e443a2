using System.Buffers.Binary;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>Blocks that carry, as their first transaction, when they were published: two processes of one machine share its clock.</summary>
internal static class HonestBlocks
{
    public const ulong ChainId = 901;

    private static ReadOnlySpan<byte> Mark => "honest:)"u8;

    public static RollupConfig Chain { get; } = TestChains.At(ChainId, PayloadVersion.V4);

    public static string Topic { get; } = new BlockTopics(ChainId)[PayloadVersion.V4];

    /// <summary>A signed block of about <paramref name="size"/> bytes.</summary>
    public static OpNetworkPayloadEnvelope Create(ulong number, int size, Secp256k1PrivateKey key, DateTimeOffset now)
    {
        byte[] stamp = new byte[Mark.Length + sizeof(long)];
        Mark.CopyTo(stamp);
        BinaryPrimitives.WriteInt64LittleEndian(stamp.AsSpan(Mark.Length), now.UtcTicks);
        byte[] filling = new byte[size];
        new Random((int)number).NextBytes(filling.AsSpan(0, size / 2));
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V4, stamp, filling) with
        {
            BlockNumber = number,
            Timestamp = (ulong)now.ToUnixTimeSeconds(),
        };
        return TestBlocks.Envelope(TestBlocks.Rehash(payload)).Sign(key, ChainId);
    }

    /// <summary>False when even our own validator did not get round to it in its 3 s: then it has not been sent.</summary>
    public static async Task<bool> TryPublishAsync(GossipDriver driver, OpNetworkPayloadEnvelope block)
    {
        try
        {
            await driver.PublishAsync(block, CancellationToken.None);
            return true;
        }
        catch (PublishException e) when (e.Outcome == PublishOutcome.Ignored)
        {
            return false;
        }
    }

    /// <summary>False for a block of somebody else's.</summary>
    public static bool TryReadAge(OpNetworkPayloadEnvelope block, DateTimeOffset now, out TimeSpan age)
    {
        age = default;
        if (block.Payload.Transactions.Count == 0 || block.Payload.Transactions[0].Span is not { Length: 16 } stamp || !stamp.StartsWith(Mark))
        {
            return false;
        }

        age = TimeSpan.FromTicks(now.UtcTicks - BinaryPrimitives.ReadInt64LittleEndian(stamp[Mark.Length..]));
        return true;
    }
}
