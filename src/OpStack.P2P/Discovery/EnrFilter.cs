using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Discovery;

/// <summary>
/// Which records are of peers worth dialling, and how many were not, by reason. Written by the driver's loop; counts are read by all.
/// </summary>
internal sealed class EnrFilter(ulong chainId, NodeId self, bool allowPrivateAddresses, TimeProvider time)
{
    private readonly long[] _rejections = new long[Enum.GetValues<EnrRejection>().Length];

    /// <summary>The network drops packets by itself; this is for records that come through others.</summary>
    private readonly BanList _bans = new();
    private readonly long _start = time.GetTimestamp();

    /// <summary>How many records were refused for a reason.</summary>
    public long CountOf(EnrRejection reason) => Interlocked.Read(ref _rejections[(int)reason]);

    /// <summary>Judges a record and counts the judgement: our own, then the chain, then the address, then bans.</summary>
    public EnrRejection Judge(Enr record)
    {
        EnrRejection rejection = record.NodeId == self ? EnrRejection.OwnRecord : JudgeChain(record);
        if (rejection == EnrRejection.None)
        {
            rejection = record.TcpEndPoint() is not { } endPoint ? EnrRejection.NoTcpAddress
                : !allowPrivateAddresses && !AddressScope.IsGlobal(endPoint.Address) ? EnrRejection.PrivateAddress
                : _bans.Contains(record.NodeId, Now) || _bans.Contains(endPoint.Address, Now) ? EnrRejection.Banned
                : EnrRejection.None;
        }

        Interlocked.Increment(ref _rejections[(int)rejection]);
        return rejection;
    }

    /// <summary>Whether a record is worth storing: a node of our chain that is not banned, wherever it is.</summary>
    public bool IsStorable(Enr record) =>
        record.NodeId != self && JudgeChain(record) == EnrRejection.None && !_bans.Contains(record.NodeId, Now);

    /// <summary>Refuses a node's records for so long.</summary>
    public void Ban(NodeId node, TimeSpan duration) => _bans.Add(node, null, duration, Now);

    /// <summary>Refuses records of an address for so long.</summary>
    public void Ban(IPAddress address, TimeSpan duration) => _bans.Add(address, duration, Now);

    private TimeSpan Now => time.GetElapsedTime(_start);

    private EnrRejection JudgeChain(Enr record)
    {
        EnrValidation validation = EnrValidation.Validate(record, chainId);
        return (validation.Outcome, validation.Error) switch
        {
            (EnrOutcome.Valid, _) => EnrRejection.None,
            (EnrOutcome.InvalidChainId, _) => EnrRejection.InvalidChainId,
            (_, OpStackEnrError.MissingKey) => EnrRejection.MissingKey,
            (_, OpStackEnrError.InvalidVersion) => EnrRejection.InvalidVersion,
            _ => EnrRejection.DecodeError,
        };
    }
}
