using System.Buffers;
using System.Text;

namespace OpStack.Libp2p.Negotiation;

/// <summary>The side that answers: echoes the first proposal it supports and refuses the others, "ls" among them.</summary>
internal sealed class MultistreamListener(Func<string, bool> isSupported) : MultistreamNegotiator
{
    private int _refused;

    protected override void OnMessage(ReadOnlySpan<byte> name)
    {
        // Bytes that are no UTF-8 decode to the replacement character, which no name of ours contains; the echo is the peer's own bytes.
        string protocol = Encoding.UTF8.GetString(name);
        if (isSupported(protocol))
        {
            MultistreamFrame.Write(Output, name);
            Agree(protocol);
        }
        else if (++_refused == MultistreamLimits.MaxRounds)
        {
            Fail(MultistreamError.TooManyRounds);
        }
        else
        {
            Output.Write(MultistreamFrame.NotAvailable);
        }
    }
}
