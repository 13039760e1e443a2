using System.Net;
using System.Net.Sockets;

namespace OpStack.Discv5.Filter;

/// <summary>
/// Finds our external address by what other nodes see of us (the recipient address in their PONGs). IPv4 and IPv6 apart. A core: no clock,
/// no lock.
/// </summary>
/// <remarks>
/// The two models (wire.md section 11.7). geth: one statement per remote host, valid for 5 minutes; the endpoint with the most statements
/// wins with 10 or more, however close the second is. sigp: one vote per node id, valid for 120 s, counted from nodes we contacted
/// ourselves; the winner needs 10, and the second must have fewer than round(0.7 times the winner's). Ours takes the stricter part of each:
/// one vote per node id and one per IPv4 host or IPv6 /48 (but local hosts, where a devnet's nodes live together, count by node id alone),
/// 120 s, 10 votes, and the clear majority. Only PONGs that answer our own PINGs may be handed in.
/// </remarks>
internal sealed class IpVote
{
    private readonly IpBallot _v4 = new();
    private readonly IpBallot _v6 = new();
    private readonly int _minVotes;

    /// <param name="minVotes">Votes the winner needs, at least 2.</param>
    public IpVote(int minVotes = FilterLimits.MinVotes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minVotes, FilterLimits.LeastMinVotes);
        _minVotes = minVotes;
    }

    /// <summary>
    /// Notes that <paramref name="voter"/>, at <paramref name="voterAddress"/>, sees us at <paramref name="observed"/>; it replaces what
    /// the voter or its host said before. False, and nothing is noted, if no node can be at that endpoint or the voter cannot know it
    /// (RelayAddressCheck): who sees us over IPv6 sees no IPv4 address of ours, and IPv6 hosts are to be had by the ten thousand.
    /// </summary>
    public bool Add(NodeId voter, IPAddress voterAddress, IPEndPoint observed, TimeSpan now)
    {
        IPEndPoint endpoint = AddressScope.Normalise(observed);
        if (endpoint.Port == 0
            || endpoint.AddressFamily != AddressScope.Normalise(voterAddress).AddressFamily
            || RelayAddressCheck.Check(voterAddress, endpoint.Address) != RelayAddressVerdict.Valid)
        {
            return false;
        }

        AddressPrefix? host = AddressScope.IsLocal(voterAddress) ? null
            : endpoint.AddressFamily == AddressFamily.InterNetworkV6 ? AddressPrefix.Subnet(voterAddress)
            : AddressPrefix.Host(voterAddress);
        BallotOf(endpoint.AddressFamily).Add(voter, host, endpoint, now);
        return true;
    }

    /// <summary>The endpoint with a clear majority of the votes of <paramref name="family"/> that still count, or null.</summary>
    public IPEndPoint? Majority(AddressFamily family, TimeSpan now) =>
        BallotOf(family).TryGetMajority(_minVotes, now, out IPEndPoint? winner) ? winner : null;

    /// <summary>Votes held for a family, those that no longer count included.</summary>
    public int Count(AddressFamily family) => BallotOf(family).Count;

    /// <summary>Forgets all votes of a family: after our own socket or address has changed.</summary>
    public void Clear(AddressFamily family) => BallotOf(family).Clear();

    private IpBallot BallotOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? _v6 : _v4;
}
