using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace OpStack.Discv5.Filter;

/// <summary>
/// The votes of one address family, counted as they come and go: a PONG costs the same however many there are. One vote per node, and one per host
/// that is not local.
/// </summary>
internal sealed class IpBallot
{
    private readonly LinkedList<Vote> _oldestFirst = new();
    private readonly Dictionary<NodeId, LinkedListNode<Vote>> _byVoter = [];
    private readonly Dictionary<AddressPrefix, LinkedListNode<Vote>> _byHost = [];
    private readonly CountMap<IPEndPoint> _tally = new();

    /// <summary>Votes held, those that no longer count included.</summary>
    public int Count => _oldestFirst.Count;

    /// <summary>Takes a vote in place of what the voter or its host said before. The host is null for a local one.</summary>
    public void Add(NodeId voter, AddressPrefix? host, IPEndPoint endpoint, TimeSpan now)
    {
        if (_byVoter.TryGetValue(voter, out LinkedListNode<Vote>? ofVoter))
        {
            Remove(ofVoter);
        }

        if (host is { } h && _byHost.TryGetValue(h, out LinkedListNode<Vote>? ofHost))
        {
            Remove(ofHost);
        }

        if (_oldestFirst.Count == FilterLimits.MaxVotes)
        {
            Remove(_oldestFirst.First!);
        }

        LinkedListNode<Vote> vote = _oldestFirst.AddLast(new Vote(voter, host, endpoint, now));
        _byVoter.Add(voter, vote);
        if (host is { } own)
        {
            _byHost.Add(own, vote);
        }

        _tally.Add(endpoint);
    }

    /// <summary>
    /// The endpoint with at least <paramref name="minVotes"/> votes of the last two minutes, if the second has fewer than round(0.7 times as many).
    /// </summary>
    public bool TryGetMajority(int minVotes, TimeSpan now, [NotNullWhen(true)] out IPEndPoint? winner)
    {
        while (_oldestFirst.First is { } oldest && now - oldest.Value.Cast >= FilterLimits.VoteLifetime)
        {
            Remove(oldest);
        }

        winner = null;
        int most = 0, second = 0;
        foreach ((IPEndPoint endpoint, int count) in _tally)
        {
            if (count > most)
            {
                (winner, second, most) = (endpoint, most, count);
            }
            else
            {
                second = Math.Max(second, count);
            }
        }

        return winner is not null && most >= minVotes && second < ClearMajority(most);
    }

    /// <summary>Forgets all votes.</summary>
    public void Clear()
    {
        while (_oldestFirst.First is { } oldest)
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<Vote> vote)
    {
        _oldestFirst.Remove(vote);
        _byVoter.Remove(vote.Value.Voter);
        _tally.Remove(vote.Value.Endpoint);
        if (vote.Value.Host is { } host)
        {
            _byHost.Remove(host);
        }
    }

    /// <summary>round(0.7 · votes), halves up: what the second must stay below.</summary>
    private static int ClearMajority(int votes) => ((7 * votes) + 5) / 10;

    private readonly record struct Vote(NodeId Voter, AddressPrefix? Host, IPEndPoint Endpoint, TimeSpan Cast);
}
