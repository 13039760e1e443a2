namespace OpStack.Libp2p.Yamux;

internal sealed partial class YamuxSession
{
    /// <summary>
    /// Judges the whole header against the state without changing any: what is not refused here can be applied without a further check
    /// (CVE-2026-32314 registered a stream before its first body was judged).
    /// </summary>
    private YamuxViolation Judge(in YamuxHeader header, TimeSpan now)
    {
        bool ofSession = header.Type is YamuxFrameType.Ping or YamuxFrameType.GoAway;
        if (ofSession != (header.StreamId == 0))
        {
            return YamuxViolation.StreamId;
        }

        if (ofSession)
        {
            return header.Type == YamuxFrameType.Ping && header.Flags is not (YamuxFlags.Syn or YamuxFlags.Ack)
                ? YamuxViolation.Flags
                : YamuxViolation.None;
        }

        if (header.Type == YamuxFrameType.Data && header.Length > YamuxLimits.MaxFrameBody)
        {
            return YamuxViolation.FrameTooLarge;
        }

        if (header.Flags.HasFlag(YamuxFlags.Syn))
        {
            return _resets.IsSpent(now) ? YamuxViolation.ResetFlood : JudgeSyn(header);
        }

        return _streams.TryGetValue(header.StreamId, out StreamState? stream) ? JudgeStream(header, stream) : YamuxViolation.None;
    }

    private YamuxViolation JudgeSyn(in YamuxHeader header)
    {
        if ((header.StreamId & 1) == _localParity)
        {
            return YamuxViolation.Parity;
        }

        if (!_remoteIds.IsFresh(header.StreamId))
        {
            return YamuxViolation.StreamIdReused;
        }

        if (header.Type == YamuxFrameType.Data)
        {
            return header.Length > YamuxLimits.InitialWindow ? YamuxViolation.ReceiveWindowExceeded : YamuxViolation.None;
        }

        return header.Length > uint.MaxValue - YamuxLimits.InitialWindow ? YamuxViolation.SendWindowOverflow : YamuxViolation.None;
    }

    private static YamuxViolation JudgeStream(in YamuxHeader header, StreamState stream)
    {
        if (header.Type == YamuxFrameType.WindowUpdate)
        {
            return stream.Send.CanGrant(header.Length) ? YamuxViolation.None : YamuxViolation.SendWindowOverflow;
        }

        return !stream.RemoteFin && header.Length > stream.Remaining ? YamuxViolation.ReceiveWindowExceeded : YamuxViolation.None;
    }

    private bool Fail(YamuxViolation violation, out YamuxEvent e)
    {
        Violation = violation;
        GoAway(YamuxGoAwayCode.ProtocolError);
        e = new YamuxEvent { Kind = YamuxEventKind.Violation, Violation = violation };
        return true;
    }
}
