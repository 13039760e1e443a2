using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// The gossipsub router as a state machine: inputs and the time in, outputs and the next deadline out. One owner; not thread-safe. Rules and
/// their order are those of go-libp2p-pubsub v0.12 (wire.md 9.6-9.13), which op-node runs; where this differs the place says why.
/// The random source is the only other influence: the same seed and inputs give the same outputs.
/// </summary>
internal sealed partial class GossipsubRouter : IDisposable
{
    private readonly PeerId _self;
    private readonly GossipsubOptions _options;
    private readonly IPeerScoring _scoring;
    private readonly Random _random;
    private readonly SeenCache _seen;
    private readonly MessageCache _cache;
    private readonly Backoffs _backoffs = new(GossipsubLimits.MaxBackoffsPerTopic);
    private readonly Promises _promises;
    private readonly Dictionary<MessageId, PendingValidation> _validating = [];
    private TimeSpan _nextHeartbeat;
    private TimeSpan _now;
    private List<RouterOutput> _outputs = [];
    private RouterCounters _counters;

    /// <param name="self">Our own peer id.</param>
    /// <param name="options">Parameters; validated here.</param>
    /// <param name="scoring">Scores of peers.</param>
    /// <param name="random">Source of every random choice.</param>
    /// <param name="now">The time now, on the monotonic clock that all later times are read from.</param>
    public GossipsubRouter(PeerId self, GossipsubOptions options, IPeerScoring scoring, Random random, TimeSpan now)
    {
        options.Validate();
        _self = self;
        _options = options;
        _scoring = scoring;
        _random = random;
        _seen = new SeenCache(options.SeenTtl, GossipsubLimits.MaxSeenIds);
        _cache = new MessageCache(options.HistoryLength, options.HistoryGossip, GossipsubLimits.MaxCachedMessages, GossipsubLimits.MaxCachedBytes);
        _promises = new Promises(options.IWantFollowup, GossipsubLimits.MaxPromisesPerPeer);
        _direct = [.. options.DirectPeers.Where(peer => !peer.Equals(self))];
        _firstDial = _direct.Count > 0 ? now + options.DirectConnectInitialDelay : TimeSpan.MaxValue;
        _now = now;
        _nextHeartbeat = now + options.HeartbeatInitialDelay;
    }

    /// <summary>When <see cref="Tick"/> is due.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            TimeSpan own = _firstDial < _nextHeartbeat ? _firstDial : _nextHeartbeat;
            return _scoring.NextDeadline < own ? _scoring.NextDeadline : own;
        }
    }

    /// <summary>What was counted so far.</summary>
    public RouterCounters Counters => _counters;

    /// <summary>Takes one input; adds what follows from it to <paramref name="outputs"/>.</summary>
    public void Handle(RouterInput input, TimeSpan now, List<RouterOutput> outputs)
    {
        Begin(now, outputs);
        switch (input)
        {
            case RouterInput.MessageReceived message:
                OnMessage(message);
                break;
            case RouterInput.InvalidReceived invalid:
                OnInvalid(invalid);
                break;
            case RouterInput.ValidationCompleted completed:
                OnValidated(completed);
                break;
            case RouterInput.RpcReceived received:
                OnRpc(received);
                break;
            case RouterInput.Publish publish:
                OnPublish(publish);
                break;
            case RouterInput.PeerConnected connected:
                OnConnected(connected);
                break;
            case RouterInput.StreamReopened reopened:
                OnReopened(reopened);
                break;
            case RouterInput.PeerDisconnected disconnected:
                OnDisconnected(disconnected);
                break;
            case RouterInput.Join join:
                OnJoin(join.Topic);
                break;
            case RouterInput.Leave leave:
                OnLeave(leave.Topic);
                break;
            case RouterInput.SendDropped dropped:
                OnSendDropped(dropped);
                break;
            case RouterInput.MessagesDropped dropped:
                OnMessagesDropped(dropped);
                break;
            case RouterInput.MessageLost lost:
                OnMessageLost(lost);
                break;
            case RouterInput.HeldUp heldUp:
                OnHeldUp(heldUp);
                break;
            case RouterInput.SetTopicScore score:
                _scoring.SetTopicParams(score.Topic, score.Params);
                break;
            case RouterInput.PeerAddresses addresses:
                OnAddresses(addresses);
                break;
        }

        Flush();
    }

    /// <summary>The same for a copy.</summary>
    public void Handle(ReceivedCopy copy, TimeSpan now, List<RouterOutput> outputs)
    {
        Begin(now, outputs);
        OnCopy(copy);
        Flush();
    }

    /// <summary>
    /// Runs the heartbeat, the decay of scores and the first dials, if they are due. Heartbeats missed by a late caller are not made up for, and
    /// peers get the time back: what they sent meanwhile may still wait behind this call.
    /// </summary>
    public void Tick(TimeSpan now, List<RouterOutput> outputs)
    {
        Begin(now, outputs);
        if (_now >= _scoring.NextDeadline)
        {
            _scoring.Tick(_now);
        }

        if (_now >= _firstDial)
        {
            _firstDial = TimeSpan.MaxValue;
            DialDirect();
        }

        if (_now < _nextHeartbeat)
        {
            return;
        }

        TimeSpan late = _now - _nextHeartbeat;
        _nextHeartbeat += _options.HeartbeatInterval;
        if (_nextHeartbeat <= _now)
        {
            _nextHeartbeat = _now + _options.HeartbeatInterval;
            _promises.Postpone(late);
        }

        Heartbeat();
        Flush();
    }

    /// <summary>Releases every frame held. Nothing may be handled afterwards.</summary>
    public void Dispose()
    {
        _cache.Clear();
        foreach (PendingValidation pending in _validating.Values)
        {
            pending.Frame.Release();
        }

        _validating.Clear();
    }

    private void Begin(TimeSpan now, List<RouterOutput> outputs)
    {
        _now = now > _now ? now : _now;
        _outputs = outputs;
        _scoresAreCurrent = false;
    }
}
