using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Noise;

/// <summary>
/// One side of a libp2p noise handshake: messages in, messages out, no I/O and no exceptions for what the remote does. It ends after
/// three messages or at the first error, and names the remote only after every check has passed.
/// </summary>
internal sealed class NoiseHandshake : IDisposable
{
    private readonly NoiseXx _xx;
    private readonly ReadOnlyMemory<byte> _payload;
    private readonly PeerId? _expected;

    /// <summary>Copies the secrets. <paramref name="ephemeralSecret"/> is 32 random bytes for this handshake alone.</summary>
    /// <param name="initiator">Whether we dialled.</param>
    /// <param name="local">Our static key and signed payload.</param>
    /// <param name="ephemeralSecret">The X25519 secret of this handshake.</param>
    /// <param name="expected">The only identity to accept; null accepts any that is proven.</param>
    public NoiseHandshake(bool initiator, NoiseStaticKey local, ReadOnlySpan<byte> ephemeralSecret, PeerId? expected)
    {
        _xx = new NoiseXx(initiator, local.Secret, local.PublicKey, ephemeralSecret);
        _payload = local.Payload;
        _expected = expected;
    }

    /// <summary>Why the handshake failed; it then takes part no more.</summary>
    public NoiseHandshakeError Error { get; private set; }

    /// <summary>All three messages are through and the remote is proven.</summary>
    public bool IsFinished => Error == NoiseHandshakeError.None && _xx.IsFinished;

    /// <summary>We write the next message.</summary>
    public bool IsOurTurn => Error == NoiseHandshakeError.None && _xx.IsOurTurn;

    /// <summary>The longest message we write, and the longest the remote may.</summary>
    public static int MaxMessage => NoiseLimits.MaxHandshakePayload + (2 * (NoiseLimits.KeySize + NoiseLimits.TagSize));

    /// <summary>The remote's identity key, once proven.</summary>
    public PublicKey? RemotePublicKey { get; private set; }

    /// <summary>The remote's peer id, once proven.</summary>
    public PeerId? RemotePeerId { get; private set; }

    /// <summary>The muxer agreed on early; null when the remote offered none that we speak and multistream must decide.</summary>
    public string? NegotiatedMuxer { get; private set; }

    /// <summary>Whether the next received message may have this length; asked before its bytes are read.</summary>
    public bool AcceptsLength(int length) =>
        length >= _xx.Overhead && length <= _xx.Overhead + (_xx.Step == 0 ? 0 : NoiseLimits.MaxHandshakePayload);

    /// <summary>Writes our next message into at most <see cref="MaxMessage"/> bytes. False, with <see cref="Error"/>, for a weak remote key.</summary>
    public bool TryWrite(Span<byte> message, out int length)
    {
        if (!IsOurTurn)
        {
            throw new InvalidOperationException("It is the remote's turn");
        }

        // Nothing is secret before the first key exchange, so the first message has no payload (libp2p noise spec).
        ReadOnlySpan<byte> payload = _xx.Step == 0 ? [] : _payload.Span;
        return _xx.TryWrite(payload, message, out length) || Fail(NoiseHandshakeError.WeakKey);
    }

    /// <summary>Takes the remote's next message; false, with <see cref="Error"/>, when it breaks a rule.</summary>
    public bool TryRead(ReadOnlySpan<byte> message)
    {
        if (IsOurTurn || IsFinished || Error != NoiseHandshakeError.None)
        {
            throw new InvalidOperationException("No message of the remote is due");
        }

        if (!AcceptsLength(message.Length))
        {
            return Fail(NoiseHandshakeError.MessageLength);
        }

        bool identifies = _xx.Step > 0;
        byte[] payload = new byte[message.Length - _xx.Overhead];
        NoiseHandshakeError error = _xx.Read(message, payload);
        if (error == NoiseHandshakeError.None && identifies)
        {
            error = Identify(payload);
        }

        return error == NoiseHandshakeError.None || Fail(error);
    }

    /// <summary>The ciphers of the finished handshake; they are the caller's to dispose.</summary>
    public (NoiseCipherState Send, NoiseCipherState Receive) Split() =>
        IsFinished ? _xx.Split() : throw new InvalidOperationException("The handshake is not finished");

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose() => _xx.Dispose();

    private NoiseHandshakeError Identify(ReadOnlySpan<byte> bytes)
    {
        if (!NoiseHandshakePayload.TryRead(bytes, out NoiseHandshakePayload payload, out NoiseHandshakeError error))
        {
            return error;
        }

        if (!PublicKey.TryDecode(payload.IdentityKey, out PublicKey? key))
        {
            return NoiseHandshakeError.IdentityKey;
        }

        if (!key.Verify(NoiseStaticKey.SignedBytes(_xx.RemoteStatic), payload.IdentitySignature))
        {
            return NoiseHandshakeError.IdentitySignature;
        }

        PeerId peer = key.PeerId;
        if (_expected is not null && !_expected.Equals(peer))
        {
            return NoiseHandshakeError.PeerIdMismatch;
        }

        RemotePublicKey = key;
        RemotePeerId = peer;
        NegotiatedMuxer = payload.OffersMuxer ? NoiseHandshakePayload.Muxer : null;
        return NoiseHandshakeError.None;
    }

    private bool Fail(NoiseHandshakeError error)
    {
        Error = error;
        return false;
    }
}
