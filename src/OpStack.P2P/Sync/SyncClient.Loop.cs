using System.Diagnostics;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;
using OpStack.P2P.Sync;

namespace OpStack.P2P;

/// <summary>The loop, which alone touches the scheduler, and the requests it makes.</summary>
public sealed partial class SyncClient
{
    private readonly Dictionary<long, Task> _requests = [];
    private readonly List<RangeRun> _waiting = [];
    private RangeRun? _run;
    private SyncStatistics _statistics = new();

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>A full queue has enough in it to wake the loop.</summary>
    private void Wake() => _inputs.Writer.TryWrite(new SyncInput.Wake());

    private async Task RunAsync()
    {
        while (await _inputs.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            Step();
        }

        _scheduler.End(SyncOutcome.Stopped);
        Execute(_scheduler.Update(Now));
        _waiting.ForEach(run => run.End(run.Result));
        await Task.WhenAll(_requests.Values).ConfigureAwait(false);
    }

    /// <summary>Everything that has come, and what follows from it. Whatever it throws, the client must go on.</summary>
    private void Step()
    {
        try
        {
            TimeSpan now = Now;
            while (_inputs.Reader.TryRead(out SyncInput? input))
            {
                Handle(input, now);
            }

            foreach ((PeerId peer, bool serves) in _peers.TakeChanges())
            {
                if (serves)
                {
                    _scheduler.AddPeer(peer);
                }
                else
                {
                    _scheduler.RemovePeer(peer);
                }
            }

            Execute(_scheduler.Update(now));
            Volatile.Write(ref _statistics, _scheduler.Statistics);
            Arm(now);
        }
        catch (Exception e)
        {
            _logger.StepFailed(e);
        }
    }

    private void Handle(SyncInput input, TimeSpan now)
    {
        switch (input)
        {
            case SyncInput.Begin begin:
                _waiting.Add(begin.Run);
                BeginNext(now);
                break;
            case SyncInput.Leave leave when leave.Run == _run:
                _run = null;
                _scheduler.Cancel();
                BeginNext(now);
                break;
            case SyncInput.Leave leave:
                _waiting.Remove(leave.Run);
                break;
            case SyncInput.Taken taken when taken.Run == _run:
                _scheduler.OnTaken(now);
                break;
            case SyncInput.Answered answered:
                _requests.Remove(answered.Ask.Id);
                _logger.Answered(answered.Ask.Number, answered.Ask.Peer, answered.Answer.Fault);
                _scheduler.OnAnswer(answered.Ask.Id, answered.Answer, now);
                break;
        }
    }

    private void BeginNext(TimeSpan now)
    {
        if (_run is null && _waiting.Count > 0)
        {
            _run = _waiting[0];
            _waiting.RemoveAt(0);
            _logger.RangeBegun(_run.Range.First, _run.Range.Last);
            _scheduler.Begin(_run.Range, now);
        }
    }

    private void Execute(IReadOnlyList<SyncAction> actions)
    {
        foreach (SyncAction action in actions)
        {
            switch (action)
            {
                case SyncAction.Ask ask:
                    ActivityContext range = _run?.Trace ?? default;
                    _requests[ask.Id] = Task.Run(() => AskAsync(ask, range), CancellationToken.None);
                    break;
                case SyncAction.Deliver deliver:
                    _run?.Deliver(deliver.Block);
                    break;
                case SyncAction.Score score:
                    Apply(score);
                    break;
                case SyncAction.End end when _run is { } run:
                    _logger.RangeEnded(run.Range.First, run.Range.Last, end.Result.Outcome, end.Result.Delivered);
                    run.End(end.Result);
                    break;
            }
        }
    }

    private void Apply(SyncAction.Score score)
    {
        switch (score.Verdict)
        {
            case SyncVerdict.Valid:
                _scores.OnValidResponse(score.Peer);
                break;
            case SyncVerdict.Error:
                _scores.OnResponseError(score.Peer);
                break;
            case SyncVerdict.Rejected:
                _logger.PayloadRejected(score.Peer);
                _scores.OnRejectedPayload(score.Peer);
                break;
        }
    }

    /// <summary>Never fails.</summary>
    private async Task AskAsync(SyncAction.Ask ask, ActivityContext range)
    {
        using Activity? activity = P2PActivity.StartSyncRequest(range);
        long started = _time.GetTimestamp();
        SyncAnswer answer = new(SyncFault.Local, null);
        try
        {
            answer = await _requester.AskAsync(ask.Peer, ask.Number, _stopped).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.RequestFault(e);
        }

        Measurements?.Asked((int)answer.Fault, _time.GetElapsedTime(started));
        activity?.End(SyncMetrics.Outcome.Values[(int)answer.Fault], answer.Fault.IsPeersFault());
        await PostAsync(new SyncInput.Answered(ask, answer)).ConfigureAwait(false);
    }

    /// <summary>The host's filter; one that throws lets nobody through.</summary>
    private bool MayAsk(PeerId peer)
    {
        try
        {
            return _options.PeerFilter?.Invoke(peer) ?? true;
        }
        catch (Exception e)
        {
            _logger.FilterFailed(e);
            return false;
        }
    }

    /// <summary>Sets the timer to the scheduler's next deadline.</summary>
    private void Arm(TimeSpan now)
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        if (_scheduler.NextDeadline(now) is { } deadline)
        {
            // Rounded up, because a timer cuts to milliseconds and would come too early.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling((deadline - now).TotalMilliseconds));
        }

        _timer!.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
