using System.Security.Cryptography;
using OpStack.Primitives.Crypto;

namespace OpStack.Libp2p.Noise;

/// <summary>The three messages of the XX pattern with payloads of any meaning (Noise specification sections 5.3 and 7.5).</summary>
internal sealed class NoiseXx : IDisposable
{
    private static readonly Token[][] Pattern =
    [
        [Token.E],
        [Token.E, Token.EE, Token.S, Token.ES],
        [Token.S, Token.SE],
    ];

    private readonly NoiseSymmetricState _symmetric = new();
    private readonly bool _initiator;
    private readonly byte[] _static;
    private readonly byte[] _staticPublic;
    private readonly byte[] _ephemeral;
    private readonly byte[] _remoteStatic = new byte[NoiseLimits.KeySize];
    private readonly byte[] _remoteEphemeral = new byte[NoiseLimits.KeySize];
    private int _step;

    /// <summary>Copies the 32-byte X25519 keys.</summary>
    public NoiseXx(
        bool initiator, ReadOnlySpan<byte> staticSecret, ReadOnlySpan<byte> staticPublic, ReadOnlySpan<byte> ephemeralSecret)
    {
        _initiator = initiator;
        _static = staticSecret.ToArray();
        _staticPublic = staticPublic.ToArray();
        _ephemeral = ephemeralSecret.ToArray();
    }

    private enum Token
    {
        E,
        S,
        EE,
        ES,
        SE,
    }

    public bool IsFinished => _step == Pattern.Length;

    public bool IsOurTurn => !IsFinished && _step % 2 == 0 == _initiator;

    /// <summary>Number of the next message, 0..2; 3 when finished.</summary>
    public int Step => _step;

    /// <summary>Length of the next message with an empty payload: 32, 96 or 64 bytes.</summary>
    public int Overhead => _step switch
    {
        0 => NoiseLimits.KeySize,
        1 => 2 * (NoiseLimits.KeySize + NoiseLimits.TagSize),
        _ => NoiseLimits.KeySize + (2 * NoiseLimits.TagSize),
    };

    /// <summary>The remote's static public key, once a message brought it.</summary>
    public ReadOnlySpan<byte> RemoteStatic => _remoteStatic;

    /// <summary>Writes the next message into at least <see cref="Overhead"/> bytes more than the payload has; false for a weak remote key.</summary>
    public bool TryWrite(ReadOnlySpan<byte> payload, Span<byte> message, out int length)
    {
        length = 0;
        foreach (Token token in Pattern[_step])
        {
            switch (token)
            {
                case Token.E:
                    length += WriteEphemeral(message[length..]);
                    break;
                case Token.S:
                    length += _symmetric.EncryptAndHash(_staticPublic, message[length..]);
                    break;
                default:
                    if (!TryMixAgreement(token))
                    {
                        return false;
                    }

                    break;
            }
        }

        length += _symmetric.EncryptAndHash(payload, message[length..]);
        _step++;
        return true;
    }

    /// <summary>Reads the next message, at least <see cref="Overhead"/> bytes, and its payload into what it has more.</summary>
    public NoiseHandshakeError Read(ReadOnlySpan<byte> message, Span<byte> payload)
    {
        foreach (Token token in Pattern[_step])
        {
            NoiseHandshakeError error = token switch
            {
                Token.E => ReadEphemeral(ref message),
                Token.S => ReadStatic(ref message),
                _ => TryMixAgreement(token) ? NoiseHandshakeError.None : NoiseHandshakeError.WeakKey,
            };
            if (error != NoiseHandshakeError.None)
            {
                return error;
            }
        }

        if (!_symmetric.TryDecryptAndHash(message, payload))
        {
            return NoiseHandshakeError.Decryption;
        }

        _step++;
        return NoiseHandshakeError.None;
    }

    /// <summary>The ciphers of the connection; they are the caller's to dispose.</summary>
    public (NoiseCipherState Send, NoiseCipherState Receive) Split()
    {
        (NoiseCipherState fromInitiator, NoiseCipherState fromResponder) = _symmetric.Split();
        return _initiator ? (fromInitiator, fromResponder) : (fromResponder, fromInitiator);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_static);
        CryptographicOperations.ZeroMemory(_ephemeral);
        _symmetric.Dispose();
    }

    private int WriteEphemeral(Span<byte> message)
    {
        Span<byte> key = message[..NoiseLimits.KeySize];
        X25519.DerivePublicKey(_ephemeral, key);
        _symmetric.MixHash(key);
        return key.Length;
    }

    private NoiseHandshakeError ReadEphemeral(ref ReadOnlySpan<byte> message)
    {
        message[..NoiseLimits.KeySize].CopyTo(_remoteEphemeral);
        message = message[NoiseLimits.KeySize..];
        _symmetric.MixHash(_remoteEphemeral);
        return NoiseHandshakeError.None;
    }

    private NoiseHandshakeError ReadStatic(ref ReadOnlySpan<byte> message)
    {
        const int Length = NoiseLimits.KeySize + NoiseLimits.TagSize;
        bool opened = _symmetric.TryDecryptAndHash(message[..Length], _remoteStatic);
        message = message[Length..];
        return opened ? NoiseHandshakeError.None : NoiseHandshakeError.Decryption;
    }

    private bool TryMixAgreement(Token token)
    {
        (byte[] secret, byte[] peer) = token switch
        {
            Token.EE => (_ephemeral, _remoteEphemeral),
            Token.ES => _initiator ? (_ephemeral, _remoteStatic) : (_static, _remoteEphemeral),
            _ => _initiator ? (_static, _remoteEphemeral) : (_ephemeral, _remoteStatic),
        };
        Span<byte> shared = stackalloc byte[NoiseLimits.KeySize];
        bool strong = X25519.TryAgree(secret, peer, shared);
        if (strong)
        {
            _symmetric.MixKey(shared);
        }

        CryptographicOperations.ZeroMemory(shared);
        return strong;
    }
}
