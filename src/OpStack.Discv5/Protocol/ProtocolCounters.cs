namespace OpStack.Discv5.Protocol;

/// <summary>What the core counted; only its own loop touches it.</summary>
internal sealed class ProtocolCounters
{
    public long PacketsReceived;
    public long BytesReceived;
    public long PacketsSent;
    public long BytesSent;
    public long PacketsFiltered;
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
}
