using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections.Dialing;

/// <summary>Why the addresses of one dial could not be reached. Any thread.</summary>
internal sealed class DialFailures
{
    private readonly Lock _gate = new();
    private readonly List<Libp2pException> _all = [];

    public void Add(Libp2pException failure)
    {
        lock (_gate)
        {
            _all.Add(failure);
        }
    }

    /// <summary>
    /// What the dial throws: the only failure, or all of them under the error they share, under DialFailed when they differ.
    /// </summary>
    public Libp2pException ToException(PeerId peer)
    {
        lock (_gate)
        {
            if (_all is [Libp2pException only])
            {
                return only;
            }

            bool alike = _all.Count > 0 && _all.TrueForAll(f => f.Error == _all[0].Error && f.Verdict == _all[0].Verdict);
            return new Libp2pException(
                alike ? _all[0].Error : Libp2pError.DialFailed,
                $"None of {_all.Count} addresses of {peer} could be dialled.",
                new AggregateException(_all))
            {
                Verdict = alike ? _all[0].Verdict : GateVerdict.Allow,
            };
        }
    }
}
