namespace OpStack.Libp2p.Negotiation;

/// <summary>The side that proposes, one protocol after the other in order of preference.</summary>
internal sealed class MultistreamDialer : MultistreamNegotiator
{
    private readonly IReadOnlyList<string> _protocols;
    private int _proposed;
    private byte[] _proposal;

    /// <summary>Throws <see cref="ArgumentException"/> unless there are 1..32 names a message can hold.</summary>
    public MultistreamDialer(IReadOnlyList<string> protocols)
    {
        if (protocols.Count is 0 or > MultistreamLimits.MaxRounds)
        {
            throw new ArgumentException($"1 to {MultistreamLimits.MaxRounds} protocols can be proposed, not {protocols.Count}", nameof(protocols));
        }

        _protocols = protocols;
        _proposal = MultistreamFrame.Encode(protocols[0]);
        MultistreamFrame.Write(Output, _proposal);
    }

    protected override void OnMessage(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual(_proposal))
        {
            Agree(_protocols[_proposed]);
        }
        else if (!name.SequenceEqual("na"u8))
        {
            Fail(MultistreamError.UnexpectedAnswer);
        }
        else if (++_proposed == _protocols.Count)
        {
            Fail(MultistreamError.NothingInCommon);
        }
        else
        {
            _proposal = MultistreamFrame.Encode(_protocols[_proposed]);
            MultistreamFrame.Write(Output, _proposal);
        }
    }
}
