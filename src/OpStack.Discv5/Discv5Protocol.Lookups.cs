using OpStack.Discv5.Lookups;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Routing;

namespace OpStack.Discv5;

/// <summary>Iterative lookups, the host's and those that keep the table full.</summary>
internal sealed partial class Discv5Protocol
{
    private readonly List<(Lookup<Enr> Lookup, object? Caller)> _lookups = [];

    private TimeSpan LookupDeadline
    {
        get
        {
            TimeSpan next = TimeSpan.MaxValue;
            foreach ((Lookup<Enr> lookup, _) in _lookups)
                next = Min(next, lookup.NextDeadline);
            return next;
        }
    }

    private void StartLookup(NodeId target, object? caller)
    {
        if (_isStopped || _lookups.Count >= Discv5Limits.MaxLookups)
        {
            if (caller is not null)
                Answer(caller, new RequestOutcome.Failed(_isStopped ? Discv5Error.Stopped : Discv5Error.LimitReached));
            return;
        }

        _counters.Lookups++;
        IEnumerable<Enr> seeds = _table.Closest(target, LookupLimits.Results).Select(entry => entry.Record);
        _lookups.Add((new Lookup<Enr>(_localId, target, seeds, _now), caller));
    }

    /// <summary>After every step: asks the next nodes and ends what is finished. An outcome on the spot makes room for the next node.</summary>
    private void RunLookups()
    {
        for (int i = _lookups.Count - 1; i >= 0; i--)
        {
            (Lookup<Enr> lookup, object? caller) = _lookups[i];
            while (lookup.TryNext(_now, out LookupQuery<Enr> query))
                Ask(lookup, query);

            if (lookup.IsFinished)
            {
                _lookups.RemoveAt(i);
                if (caller is not null)
                    Answer(caller, new RequestOutcome.Nodes(lookup.Result, lookup.Hops, lookup.Asked));
            }
        }
    }

    private void Ask(Lookup<Enr> lookup, LookupQuery<Enr> query)
    {
        NodeId node = query.Record.NodeId;
        if (ContactEndpoint.Select(query.Record, _families) is not { } endpoint)
        {
            lookup.Failed(node);
            return;
        }

        _counters.LookupQueries++;
        StartFindNode(new NodeContact(query.Record, endpoint), query.Distances, outcome =>
        {
            if (outcome is RequestOutcome.Nodes nodes)
            {
                foreach (Enr record in nodes.Records)
                    Offer(record);
                lookup.Answered(node, nodes.Records);
                _table.FindEnded(node, nodes.Records.Count > 0, _now);
            }
            else
            {
                lookup.Failed(node);
                if (outcome is RequestOutcome.Failed { Error: Discv5Error.Timeout or Discv5Error.InvalidResponse })
                    _table.FindEnded(node, useful: false, _now);
            }
        });
    }

    private void StopLookups()
    {
        foreach ((Lookup<Enr> lookup, object? caller) in _lookups)
        {
            if (caller is not null)
                Answer(caller, new RequestOutcome.Failed(Discv5Error.Stopped));
        }

        _lookups.Clear();
    }
}
