namespace OpStack.Libp2p.Noise;

/// <summary>Sizes and bounds of /noise.</summary>
internal static class NoiseLimits
{
    /// <summary>Bytes of an X25519 key, a cipher key and a hash (Noise_XX_25519_ChaChaPoly_SHA256).</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a Poly1305 tag.</summary>
    public const int TagSize = 16;

    /// <summary>Bytes of the big-endian length before every noise message (libp2p noise spec, wire format).</summary>
    public const int LengthSize = 2;

    /// <summary>Longest noise message (Noise specification section 3).</summary>
    public const int MaxMessage = 65535;

    /// <summary>Most plaintext a received message can carry.</summary>
    public const int MaxPlaintext = MaxMessage - TagSize;

    /// <summary>Most plaintext we put in one frame: with length and tag exactly 64 KiB, so that whole frames fill a pooled array.</summary>
    public const int MaxSentPlaintext = 65536 - LengthSize - TagSize;

    /// <summary>Frames sealed ahead of one write to the transport: 128 KiB.</summary>
    public const int MaxFramesPerWrite = 2;

    /// <summary>Longest handshake payload accepted. The largest honest one, an RSA-8192 identity with 100 muxers, stays under 5 KiB.</summary>
    public const int MaxHandshakePayload = 8192;

    /// <summary>Most early muxers in a remote's list (go-libp2p noise).</summary>
    public const int MaxMuxers = 100;

    /// <summary>Reads of the transport without a byte for the caller after which it is left to wait: a full frame takes fewer. Ours.</summary>
    public const int ReadsPerTurn = 64;

    /// <summary>Receive buffer while little arrives, pooled: gossip heartbeats and control frames fit. None is held while nothing does.</summary>
    public const int SmallReceiveBuffer = 4096;

    /// <summary>Receive buffer while data flows, pooled: one frame of the largest size and most of the next.</summary>
    public const int LargeReceiveBuffer = 131072;
}
