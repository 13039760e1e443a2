using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace OpStack.Discv5.Filter;

/// <summary>
/// Whether an address that peers see us at, and that our record therefore names, is one at which strangers reach us. Behind a NAT that lets only answers
/// in it is not: every node that learns it would ask us in vain. One for each address family. A core: no clock, no lock.
/// </summary>
/// <remarks>
/// sigp (connectivity_state): 2 inbound sessions within 5 minutes of a change by votes, otherwise the address leaves the record and votes are not counted
/// for 6 hours; any inbound session counts. geth: keeps what the statements say, and only guesses a full-cone NAT from a statement of a host that it has
/// not contacted within 10 minutes. Ours: sigp's numbers, but the sessions must be with two hosts, and with nodes we had no session with and asked
/// nothing: the way back through a NAT is open to all others. Addresses of a local network, which nobody translates, are not tried.
/// </remarks>
/// <param name="duration">How long a trial lasts; null: there is none.</param>
internal sealed class AddressTrial(TimeSpan? duration)
{
    private readonly HashSet<AddressPrefix> _witnesses = [];
    private IPEndPoint? _endpoint;
    private TimeSpan _end;
    private TimeSpan _votesFrom;

    /// <summary>When a trial ends for want of witnesses; the end of time while there is none.</summary>
    public TimeSpan Deadline => _endpoint is null ? TimeSpan.MaxValue : _end;

    /// <summary>Whether votes count: not for a while after a trial was lost.</summary>
    public bool VotesCount(TimeSpan now) => now >= _votesFrom;

    /// <summary>Our record names the endpoint from now on. It takes the place of one that is on trial.</summary>
    public void Begin(IPEndPoint endpoint, TimeSpan now)
    {
        Drop();
        if (duration is { } time && AddressScope.IsGlobal(endpoint.Address))
        {
            _endpoint = endpoint;
            _end = now + time;
        }
    }

    /// <summary>Nothing is on trial any more.</summary>
    public void Drop()
    {
        _endpoint = null;
        _witnesses.Clear();
    }

    /// <summary>
    /// A stranger made a session with us from that address; the endpoint if that decides for it. One of our own network reached us without the NAT.
    /// </summary>
    public bool TryConfirm(IPAddress witness, [NotNullWhen(true)] out IPEndPoint? confirmed)
    {
        confirmed = null;
        if (_endpoint is not null && AddressScope.IsGlobal(witness) && _witnesses.Add(AddressPrefix.Host(witness)) && _witnesses.Count == FilterLimits.TrialWitnesses)
        {
            (confirmed, _endpoint) = (_endpoint, null);
        }

        return confirmed is not null;
    }

    /// <summary>The endpoint whose time is over, if there is one: our record must no longer name it.</summary>
    public bool TryExpire(TimeSpan now, [NotNullWhen(true)] out IPEndPoint? refuted)
    {
        refuted = null;
        if (now >= Deadline)
        {
            (refuted, _endpoint) = (_endpoint, null);
            _votesFrom = now + FilterLimits.TrialPause;
        }

        return refuted is not null;
    }
}
