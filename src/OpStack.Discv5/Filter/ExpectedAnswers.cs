using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpStack.Discv5.Filter;

/// <summary>
/// Endpoints that answers are awaited from, each with the packets that may come from it uncounted: so many for every request in flight, since a peer
/// can make us ask it something at any time.
/// </summary>
internal sealed class ExpectedAnswers
{
    private readonly Dictionary<IPEndPoint, Awaited> _endpoints = [];

    /// <summary>Endpoints that something is awaited from.</summary>
    public int Count => _endpoints.Count;

    /// <summary>One request more is in flight; nothing changes for a new endpoint when there are too many.</summary>
    public void Add(IPEndPoint endpoint)
    {
        if (_endpoints.Count < FilterLimits.MaxExpectedEndpoints || Contains(endpoint))
        {
            ref Awaited awaited = ref CollectionsMarshal.GetValueRefOrAddDefault(_endpoints, endpoint, out _);
            awaited = new Awaited(awaited.Requests + 1, awaited.Packets + FilterLimits.PacketsPerRequest);
        }
    }

    /// <summary>One request less, if there is any, and what its answer did not need.</summary>
    public void Remove(IPEndPoint endpoint)
    {
        int requests = _endpoints.GetValueOrDefault(endpoint).Requests - 1;
        if (requests <= 0)
        {
            _endpoints.Remove(endpoint);
        }
        else
        {
            int packets = _endpoints[endpoint].Packets;
            _endpoints[endpoint] = new Awaited(requests, Math.Min(packets, requests * FilterLimits.PacketsPerRequest));
        }
    }

    /// <summary>Whether anything is awaited from the endpoint.</summary>
    public bool Contains(IPEndPoint endpoint) => _endpoints.ContainsKey(endpoint);

    /// <summary>Takes one of the endpoint's packets; false if none is left.</summary>
    public bool TryTake(IPEndPoint endpoint)
    {
        ref Awaited awaited = ref CollectionsMarshal.GetValueRefOrNullRef(_endpoints, endpoint);
        if (Unsafe.IsNullRef(ref awaited) || awaited.Packets == 0)
        {
            return false;
        }

        awaited = awaited with { Packets = awaited.Packets - 1 };
        return true;
    }

    private readonly record struct Awaited(int Requests, int Packets);
}
