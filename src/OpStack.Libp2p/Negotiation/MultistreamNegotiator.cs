using System.Buffers;

namespace OpStack.Libp2p.Negotiation;

/// <summary>
/// One side of a negotiation: bytes in, bytes out, no I/O. It asks for no byte that could belong to the protocol behind it, so that
/// application bytes may follow a proposal at once.
/// </summary>
internal abstract class MultistreamNegotiator
{
    private readonly ArrayBufferWriter<byte> _output = new(64);
    private readonly byte[] _message = new byte[MultistreamLimits.MaxMessage];
    private Phase _phase = Phase.Header;
    private int _filled;
    private int _length;

    protected MultistreamNegotiator() => _output.Write(MultistreamFrame.Header);

    private enum Phase
    {
        Header,
        Length,
        LengthTail,
        Body,
        Done,
    }

    /// <summary>Most bytes to read next; 0 when the negotiation is over, either way.</summary>
    public int Wanted => _phase switch
    {
        Phase.Header => MultistreamFrame.Header.Length - _filled,
        Phase.Length or Phase.LengthTail => 1,
        Phase.Body => _length - _filled,
        _ => 0,
    };

    /// <summary>The agreed protocol; null until then and after a failure.</summary>
    public string? Agreed { get; private set; }

    /// <summary>Why the negotiation failed.</summary>
    public MultistreamError Error { get; private set; }

    protected IBufferWriter<byte> Output => _output;

    /// <summary>The bytes to send now, valid until the next <see cref="Receive"/>; empty when there are none.</summary>
    public ReadOnlyMemory<byte> TakeOutput()
    {
        ReadOnlyMemory<byte> output = _output.WrittenMemory;
        _output.ResetWrittenCount();
        return output;
    }

    /// <summary>Takes received bytes, at most <see cref="Wanted"/>.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Wanted);
        if (bytes.IsEmpty)
        {
            return;
        }

        switch (_phase)
        {
            case Phase.Header:
                ReceiveHeader(bytes);
                break;
            case Phase.Body:
                ReceiveBody(bytes);
                break;
            default:
                ReceiveLength(bytes[0]);
                break;
        }
    }

    /// <summary>Handles one message, without its newline; ends with <see cref="Agree"/> or <see cref="Fail"/> or asks for the next.</summary>
    protected abstract void OnMessage(ReadOnlySpan<byte> name);

    protected void Agree(string protocol)
    {
        Agreed = protocol;
        _phase = Phase.Done;
    }

    protected void Fail(MultistreamError error)
    {
        Error = error;
        _phase = Phase.Done;
    }

    private void ReceiveHeader(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.SequenceEqual(MultistreamFrame.Header.Slice(_filled, bytes.Length)))
        {
            Fail(MultistreamError.WrongHeader);
            return;
        }

        _filled += bytes.Length;
        if (Wanted == 0)
        {
            _phase = Phase.Length;
        }
    }

    // Two varint bytes hold 16,383, well over the largest message; a third one is refused unread.
    private void ReceiveLength(byte b)
    {
        bool tail = _phase == Phase.LengthTail;
        _length = tail ? _length | (b & 0x7f) << 7 : b & 0x7f;
        bool more = b >= 0x80;
        if (more && !tail)
        {
            _phase = Phase.LengthTail;
        }
        else if (more || _length > MultistreamLimits.MaxMessage)
        {
            Fail(MultistreamError.MessageTooLong);
        }
        else if (_length == 0 || tail && b == 0)
        {
            Fail(MultistreamError.MalformedLength);
        }
        else
        {
            _filled = 0;
            _phase = Phase.Body;
        }
    }

    private void ReceiveBody(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_message.AsSpan(_filled));
        _filled += bytes.Length;
        if (_filled < _length)
        {
            return;
        }

        _phase = Phase.Length;
        if (_message[_length - 1] != MultistreamFrame.Newline)
        {
            Fail(MultistreamError.MissingNewline);
            return;
        }

        OnMessage(_message.AsSpan(0, _length - 1));
    }
}
