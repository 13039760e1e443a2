using OpStack.Discv5.Filter;
using OpStack.Discv5.Messages;

namespace OpStack.Discv5.Protocol;

/// <summary>What the core counted; only its own loop touches it.</summary>
internal sealed class ProtocolCounters
{
    public long PacketsReceived;
    public long BytesReceived;
    public long PacketsSent;
    public long BytesSent;
    public long PacketsFiltered;
    public long PacketsWithoutChallenge;
    public long PacketsMalformed;
    public long ChallengesSent;
    public long ChallengesReceived;
    public long ChallengesIgnored;
    public long HandshakesAccepted;
    public long HandshakesRefused;
    public long IdentityChecks;
    public long MessagesMalformed;
    public long RequestsReceived;
    public long RequestsSent;
    public long RequestsRetried;
    public long RequestsFailed;
    public long ResponsesIgnored;
    public long RecordsRefused;
    public long Lookups;
    public long LookupQueries;
    public long LocalEnrUpdates;
    public long AddressesConfirmed;
    public long AddressesRefuted;

    private readonly long[] _filtered = new long[Enum.GetValues<FilterVerdict>().Length];
    private readonly long[] _received = new long[(int)MessageType.TalkResponse + 1];
    private readonly long[] _sent = new long[(int)MessageType.TalkResponse + 1];

    public FilteredPackets Filtered => new(
        _filtered[(int)FilterVerdict.NotAllowed],
        _filtered[(int)FilterVerdict.BannedAddress],
        _filtered[(int)FilterVerdict.BannedNode],
        _filtered[(int)FilterVerdict.AddressRate],
        _filtered[(int)FilterVerdict.NodeRate],
        _filtered[(int)FilterVerdict.ReadBudget],
        PacketsWithoutChallenge);

    public RequestCounts ReceivedByKind => ByKind(_received);

    public RequestCounts SentByKind => ByKind(_sent);

    public void OnFiltered(FilterVerdict verdict)
    {
        PacketsFiltered++;
        _filtered[(int)verdict]++;
    }

    public void OnRequestReceived(MessageType type)
    {
        RequestsReceived++;
        _received[(int)type]++;
    }

    public void OnRequestSent(MessageType type)
    {
        RequestsSent++;
        _sent[(int)type]++;
    }

    private static RequestCounts ByKind(long[] counts) =>
        new(counts[(int)MessageType.Ping], counts[(int)MessageType.FindNode], counts[(int)MessageType.TalkRequest]);
}
