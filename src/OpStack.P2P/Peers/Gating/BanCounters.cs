using System.Collections.Immutable;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Peers.Gating;

/// <summary>Bans laid and ended. Any thread.</summary>
internal sealed class BanCounters
{
    private const int Peer = 0;
    private const int Address = 1;
    private const int Expired = 0;
    private const int Lifted = 1;

    private static readonly string[] Reasons = [.. PeerMetrics.BanReason.Values];

    private readonly CounterTable _bans = new(PeerMetrics.Bans);
    private readonly CounterTable _unbans = new(PeerMetrics.Unbans);

    public void ReadBans(Span<long> values) => _bans.Read(values);

    public void ReadUnbans(Span<long> values) => _unbans.Read(values);

    public void OnPeerBanned(string reason) => OnBanned(Peer, reason);

    public void OnAddressBanned(string reason) => OnBanned(Address, reason);

    /// <summary>Counts the bans that one list has and the next one has not: those whose time was over, and those ended before.</summary>
    public void OnChanged(GaterLists before, GaterLists after, TimeSpan now)
    {
        CountEnded(Peer, before.PeerBans, after.PeerBans, now);
        CountEnded(Address, before.AddressBans, after.AddressBans, now);
    }

    /// <summary>A reason that is none of the monitor's words is a text of the host's.</summary>
    private void OnBanned(int target, string reason)
    {
        int known = Array.IndexOf(Reasons, reason);
        _bans.Add((target * Reasons.Length) + (known >= 0 ? known : Reasons.Length - 1));
    }

    private void CountEnded<T>(int target, ImmutableDictionary<T, TimedBan> before, ImmutableDictionary<T, TimedBan> after, TimeSpan now)
        where T : notnull
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        foreach ((T banned, TimedBan ban) in before)
        {
            if (!after.ContainsKey(banned))
            {
                _unbans.Add((target * 2) + (ban.Holds(now) ? Lifted : Expired));
            }
        }
    }
}
