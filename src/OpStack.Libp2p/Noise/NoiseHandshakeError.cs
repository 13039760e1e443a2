namespace OpStack.Libp2p.Noise;

/// <summary>Why a noise handshake failed.</summary>
internal enum NoiseHandshakeError
{
    /// <summary>It has not failed.</summary>
    None,
    /// <summary>A message shorter than its keys, or longer than <see cref="NoiseLimits.MaxHandshakePayload"/> allows.</summary>
    MessageLength,
    /// <summary>A public key of small order, whose shared secret is no secret.</summary>
    WeakKey,
    /// <summary>An authentication tag did not match.</summary>
    Decryption,
    /// <summary>The payload is not the protobuf message it should be.</summary>
    MalformedPayload,
    /// <summary>More than <see cref="NoiseLimits.MaxMuxers"/> early muxers.</summary>
    TooManyMuxers,
    /// <summary>The identity key is absent or unreadable.</summary>
    IdentityKey,
    /// <summary>The identity key did not sign the noise static key.</summary>
    IdentitySignature,
    /// <summary>The remote proved another identity than the one dialled.</summary>
    PeerIdMismatch,
}
