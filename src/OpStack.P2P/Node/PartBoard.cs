using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Node;

/// <summary>How each part does. Any thread.</summary>
internal sealed class PartBoard(TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly PartStatus[] _parts = [.. Enum.GetValues<NetworkPart>().Select(part => new PartStatus(part, PartState.Off, 0, null, null))];

    /// <summary>All parts, in the order of the enumeration.</summary>
    public IReadOnlyList<PartStatus> Snapshot()
    {
        lock (_gate)
        {
            return [.. _parts];
        }
    }

    public PartState StateOf(NetworkPart part)
    {
        lock (_gate)
        {
            return _parts[(int)part].State;
        }
    }

    /// <summary>It does its work, or is off; says so when that is news after a failure.</summary>
    public void Set(NetworkPart part, PartState state)
    {
        PartState before;
        lock (_gate)
        {
            before = _parts[(int)part].State;
            _parts[(int)part] = _parts[(int)part] with { State = state };
        }

        if (before == PartState.Failing && state == PartState.Running)
        {
            logger.Recovered(part);
        }
    }

    /// <summary>It failed; whoever says so tries again.</summary>
    public void Fail(NetworkPart part, string reason, Exception? exception = null)
    {
        lock (_gate)
        {
            PartStatus status = _parts[(int)part];
            _parts[(int)part] = status with
            {
                State = PartState.Failing,
                Faults = status.Faults + 1,
                LastFault = reason,
                LastFaultAt = time.GetUtcNow(),
            };
        }

        logger.PartFailed(exception, part, reason);
    }
}
