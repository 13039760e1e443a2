using System.Diagnostics.CodeAnalysis;

namespace OpStack.P2P.Sync;

/// <summary>
/// Whether an answer is the block of the height asked for, as far as that shows by itself (op-node readExecutionPayload and verifyBlock). Whether
/// it is of the chain shows when it links.
/// </summary>
internal static class PayloadCheck
{
    public static SyncFault Check(
        RollupConfig config, ulong number, uint wireVersion, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out OpNetworkPayloadEnvelope? envelope)
    {
        envelope = null;
        PayloadVersion version = config.PayloadVersionAt(BlockTimes.TimestampOf(config, number));
        if (!SyncProtocol.Fits(wireVersion, version))
        {
            return SyncFault.WrongVersion;
        }

        if (!OpNetworkPayloadEnvelope.TryDecodeUnsigned(version, body, out OpNetworkPayloadEnvelope? decoded, out _))
        {
            return SyncFault.BrokenSsz;
        }

        ExecutionPayload payload = decoded.Payload;
        SyncFault fault =
            payload.BlockNumber != number ? SyncFault.WrongNumber
            : config.PayloadVersionAt(payload.Timestamp) != version ? SyncFault.WrongFork
            : payload.ComputeBlockHash(decoded.ParentBeaconBlockRoot) != payload.BlockHash ? SyncFault.WrongHash
            : SyncFault.None;
        envelope = fault == SyncFault.None ? decoded : null;
        return fault;
    }
}
