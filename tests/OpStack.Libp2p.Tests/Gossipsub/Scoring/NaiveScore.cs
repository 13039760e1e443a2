using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>
/// The rules of wire.md 9.15 in the plainest way: flat tables keyed by names, everything counted anew at each question, one tick at a time, no
/// limits. What <see cref="PeerScore"/> is compared with.
/// </summary>
internal sealed class NaiveScore(PeerScoreParams parameters)
{
    private static readonly string[] Counters = ["first", "mesh", "failure", "invalid"];

    private readonly Dictionary<(int Peer, string Topic, string Counter), double> _counters = [];
    private readonly Dictionary<(int Peer, string Topic), TimeSpan> _grafted = [];
    private readonly Dictionary<(int Peer, string Topic), TimeSpan> _meshTime = [];
    private readonly HashSet<(int Peer, string Topic)> _active = [];
    private readonly Dictionary<int, double> _behaviour = [];
    private readonly Dictionary<int, double> _dropped = [];
    private readonly Dictionary<int, double> _app = [];
    private readonly Dictionary<int, string[]> _addresses = [];
    private readonly Dictionary<int, TimeSpan?> _known = [];
    private readonly Dictionary<int, (string Verdict, TimeSpan Seen, TimeSpan Judged, HashSet<int> Senders)> _messages = [];

    private readonly Dictionary<string, TopicScoreParams> _topics = new(parameters.Topics);
    private readonly HashSet<string> _idle = [.. parameters.Topics.Where(topic => topic.Value.IdleAfter is not null).Select(topic => topic.Key)];
    private readonly Dictionary<string, TimeSpan> _lastDelivery = [];

    public TimeSpan? NextTick { get; private set; }

    public double Score(int peer)
    {
        if (!_known.ContainsKey(peer))
        {
            return 0;
        }

        double topics = _topics.Sum(topic => topic.Value.TopicWeight * TopicScore(peer, topic.Key, topic.Value));
        topics = parameters.TopicScoreCap == 0 ? topics : Math.Min(topics, parameters.TopicScoreCap);
        double behaviour = Math.Max(0, _behaviour.GetValueOrDefault(peer) - parameters.BehaviourPenaltyThreshold);
        return topics
            + (_app.GetValueOrDefault(peer) * parameters.AppSpecificWeight)
            + (Colocation(peer) * parameters.IPColocationFactorWeight)
            + (behaviour * behaviour * parameters.BehaviourPenaltyWeight)
            + (Math.Max(0, _dropped.GetValueOrDefault(peer) - parameters.SlowPeerThreshold) * parameters.SlowPeerWeight);
    }

    public void Connect(int peer, double app, TimeSpan now)
    {
        NextTick ??= now + parameters.DecayInterval;
        _known[peer] = null;
        _app[peer] = app;
    }

    public void SetAddresses(int peer, string[] addresses)
    {
        if (IsConnected(peer))
        {
            _addresses[peer] = addresses;
        }
    }

    public void Disconnect(int peer, TimeSpan now)
    {
        if (!IsConnected(peer))
        {
            return;
        }

        if (Score(peer) > 0)
        {
            Forget(peer);
            return;
        }

        foreach (string topic in _topics.Keys)
        {
            _counters.Remove((peer, topic, "first"));
            Prune(peer, topic);
        }

        _known[peer] = now + parameters.RetainScore;
    }

    public void Graft(int peer, string topic, TimeSpan now)
    {
        if (Counts(peer, topic))
        {
            _grafted[(peer, topic)] = now;
            _meshTime[(peer, topic)] = TimeSpan.Zero;
            _active.Remove((peer, topic));
        }
    }

    public void Prune(int peer, string topic)
    {
        if (Counts(peer, topic))
        {
            double deficit = Deficit(peer, topic, _topics[topic]);
            Add(peer, topic, "failure", deficit * deficit);
            _active.Remove((peer, topic));
            _grafted.Remove((peer, topic));
        }
    }

    public void Message(string what, int peer, string topic, int id, TimeSpan now)
    {
        if (!_topics.TryGetValue(topic, out TopicScoreParams? rules))
        {
            return;
        }

        bool isRecorded = _messages.TryGetValue(id, out var message) && message.Seen + parameters.SeenMessageTtl > now;
        switch (what)
        {
            case nameof(MessageRejection.UnexpectedSignature) or nameof(MessageRejection.UnexpectedAuthInfo):
                AddInvalid(peer, topic);
                break;
            case "duplicate" when isRecorded && message.Verdict == "":
                message.Senders.Add(peer);
                break;
            case "duplicate" when isRecorded && message.Verdict == "valid":
                if (now - message.Judged <= rules.MeshMessageDeliveriesWindow && message.Senders.Add(peer))
                {
                    AddMesh(peer, topic, rules);
                }

                break;
            case "duplicate" when isRecorded && message.Verdict == "invalid":
                AddInvalid(peer, topic);
                break;
            case nameof(MessageRejection.ValidationIgnored) or nameof(MessageRejection.ValidationThrottled) when isRecorded && message.Verdict == "":
                _messages[id] = message with { Verdict = "ignored" };
                break;
            case "deliver" or "validate" or nameof(MessageRejection.ValidationFailed):
                message = isRecorded ? message : ("", now, default, []);
                _messages[id] = message;
                Judge(what, peer, topic, id, now);
                break;
        }
    }

    public void AddPenalty(int peer, int count) => AddTo(_behaviour, peer, count);

    public void AddDropped(int peer, int count) => AddTo(_dropped, peer, count);

    public void Tick(TimeSpan now, Func<int, double> app)
    {
        bool ticked = false;
        for (; NextTick <= now; NextTick += parameters.DecayInterval)
        {
            ticked = true;
            foreach ((string topic, TopicScoreParams rules) in _topics.Where(topic => topic.Value.IdleAfter is not null))
            {
                bool isBusy = _lastDelivery.TryGetValue(topic, out TimeSpan last) && NextTick <= last + rules.IdleAfter;
                _ = isBusy ? _idle.Remove(topic) : _idle.Add(topic);
            }

            foreach (int peer in _known.Keys.ToList())
            {
                TickPeer(peer, NextTick.Value);
            }
        }

        foreach (int peer in _known.Keys.Where(peer => ticked && IsConnected(peer)))
        {
            _app[peer] = app(peer);
        }
    }

    public void SetTopic(string topic, TopicScoreParams rules)
    {
        _topics[topic] = rules;
        if (rules.IdleAfter is null)
        {
            _idle.Remove(topic);
        }

        foreach (int peer in _known.Keys)
        {
            _counters[(peer, topic, "first")] = Math.Min(Get(peer, topic, "first"), rules.FirstMessageDeliveriesCap);
            _counters[(peer, topic, "mesh")] = Math.Min(Get(peer, topic, "mesh"), rules.MeshMessageDeliveriesCap);
        }
    }

    private void Judge(string what, int peer, string topic, int id, TimeSpan now)
    {
        var message = _messages[id];
        TopicScoreParams rules = _topics[topic];
        if (what == "deliver")
        {
            _lastDelivery[topic] = now;
            _idle.Remove(topic);
        }

        if (what == "deliver" && _known.ContainsKey(peer))
        {
            _counters[(peer, topic, "first")] = Math.Min(Get(peer, topic, "first") + 1, rules.FirstMessageDeliveriesCap);
            AddMesh(peer, topic, rules);
        }

        // A settled message that is not valid has no senders any more.
        if (message.Verdict == "" || (message.Verdict == "valid" && what != nameof(MessageRejection.ValidationFailed)))
        {
            message.Senders.Add(peer);
        }

        if (message.Verdict != "" || what == "validate")
        {
            return;
        }

        foreach (int sender in message.Senders)
        {
            if (what != "deliver")
            {
                AddInvalid(sender, topic);
            }
            else if (sender != peer)
            {
                AddMesh(sender, topic, rules);
            }
        }

        _messages[id] = message with { Verdict = what == "deliver" ? "valid" : "invalid", Judged = now };
    }

    private double TopicScore(int peer, string topic, TopicScoreParams rules)
    {
        double busy = _idle.Contains(topic) ? 0 : 1;
        double quanta = _grafted.ContainsKey((peer, topic)) ? Math.Floor(_meshTime[(peer, topic)] / rules.TimeInMeshQuantum) : 0;
        double deficit = Deficit(peer, topic, rules);
        return (busy * Math.Min(quanta, rules.TimeInMeshCap) * rules.TimeInMeshWeight)
            + (busy * Get(peer, topic, "first") * rules.FirstMessageDeliveriesWeight)
            + (deficit * deficit * rules.MeshMessageDeliveriesWeight)
            + (Get(peer, topic, "failure") * rules.MeshFailurePenaltyWeight)
            + (Math.Pow(Get(peer, topic, "invalid"), 2) * rules.InvalidMessageDeliveriesWeight);
    }

    private double Deficit(int peer, string topic, TopicScoreParams rules) =>
        _active.Contains((peer, topic)) && !_idle.Contains(topic) ? Math.Max(0, rules.MeshMessageDeliveriesThreshold - Get(peer, topic, "mesh")) : 0;

    private double Colocation(int peer) => Places(peer).Sum(place =>
        Math.Pow(Math.Max(0, _known.Keys.Count(other => Places(other).Contains(place)) - parameters.IPColocationFactorThreshold), 2));

    // An IPv6 address of the test is "subnet::host".
    private HashSet<string> Places(int peer) =>
    [
        .. _addresses.GetValueOrDefault(peer, [])
            .SelectMany(address => address.Contains(':') ? [address, address[..address.IndexOf("::")]] : new[] { address }),
    ];

    private void TickPeer(int peer, TimeSpan tick)
    {
        if (_known[peer] is { } end)
        {
            if (end < tick)
            {
                Forget(peer);
            }

            return;
        }

        foreach ((string topic, TopicScoreParams rules) in _topics)
        {
            Decay(peer, topic, "failure", rules.MeshFailurePenaltyDecay);
            Decay(peer, topic, "invalid", rules.InvalidMessageDeliveriesDecay);
            if (_idle.Contains(topic))
            {
                continue;
            }

            Decay(peer, topic, "first", rules.FirstMessageDeliveriesDecay);
            Decay(peer, topic, "mesh", rules.MeshMessageDeliveriesDecay);
            if (_grafted.TryGetValue((peer, topic), out TimeSpan grafted) && tick > grafted)
            {
                TimeSpan since = tick - grafted;
                _meshTime[(peer, topic)] += since < parameters.DecayInterval ? since : parameters.DecayInterval;
                if (_meshTime[(peer, topic)] > rules.MeshMessageDeliveriesActivation)
                {
                    _active.Add((peer, topic));
                }
            }
        }

        _behaviour[peer] = Decayed(_behaviour.GetValueOrDefault(peer), parameters.BehaviourPenaltyDecay);
        _dropped[peer] = Decayed(_dropped.GetValueOrDefault(peer), parameters.SlowPeerDecay);
    }

    private void Forget(int peer)
    {
        _known.Remove(peer);
        _addresses.Remove(peer);
        _behaviour.Remove(peer);
        _dropped.Remove(peer);
        foreach (string topic in _topics.Keys)
        {
            _grafted.Remove((peer, topic));
            _active.Remove((peer, topic));
            Array.ForEach(Counters, counter => _counters.Remove((peer, topic, counter)));
        }
    }

    private bool IsConnected(int peer) => _known.TryGetValue(peer, out TimeSpan? end) && end is null;

    private bool Counts(int peer, string topic) => _known.ContainsKey(peer) && _topics.ContainsKey(topic);

    private double Get(int peer, string topic, string counter) => _counters.GetValueOrDefault((peer, topic, counter));

    private void Add(int peer, string topic, string counter, double count) => _counters[(peer, topic, counter)] = Get(peer, topic, counter) + count;

    private void AddTo(Dictionary<int, double> counters, int peer, int count)
    {
        if (_known.ContainsKey(peer))
        {
            counters[peer] = counters.GetValueOrDefault(peer) + count;
        }
    }

    private void AddInvalid(int peer, string topic)
    {
        if (_known.ContainsKey(peer))
        {
            Add(peer, topic, "invalid", 1);
        }
    }

    private void AddMesh(int peer, string topic, TopicScoreParams rules)
    {
        if (_grafted.ContainsKey((peer, topic)))
        {
            _counters[(peer, topic, "mesh")] = Math.Min(Get(peer, topic, "mesh") + 1, rules.MeshMessageDeliveriesCap);
        }
    }

    private void Decay(int peer, string topic, string counter, double factor) =>
        _counters[(peer, topic, counter)] = Decayed(Get(peer, topic, counter), factor);

    private double Decayed(double value, double factor) => value * factor < parameters.DecayToZero ? 0 : value * factor;
}
