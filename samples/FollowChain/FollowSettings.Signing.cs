using OpStack.P2P.FollowChain.Flags;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.FollowChain;

/// <summary>Who signs what we publish, and whose signatures are valid.</summary>
internal sealed partial class FollowSettings
{
    private IBlockSigner? Signer()
    {
        bool isRemote = !string.IsNullOrEmpty(_values.Text(FlagTable.SignerEndpoint));
        if (isRemote != !string.IsNullOrEmpty(_values.Text(FlagTable.SignerAddress)))
        {
            throw new FlagException($"{_values.Source(FlagTable.SignerEndpoint)} and {_values.Source(FlagTable.SignerAddress)} must both be given, or neither.");
        }

        if (!string.IsNullOrEmpty(_values.Text(FlagTable.SequencerKey)) && !string.IsNullOrEmpty(_values.Text(FlagTable.SequencerKeyPath)))
        {
            throw new FlagException($"{_values.Source(FlagTable.SequencerKey)} and {_values.Source(FlagTable.SequencerKeyPath)} cannot both be given.");
        }

        Secp256k1PrivateKey? key = Key(FlagTable.SequencerKey, FlagTable.SequencerKeyPath);
        return (key, isRemote) switch
        {
            (not null, true) => throw new FlagException($"A key of the sequencer and {_values.Source(FlagTable.SignerEndpoint)} cannot both be given."),
            (not null, false) => new LocalBlockSigner(key),
            (null, true) => Own(RemoteSigner()),
            _ => null,
        };
    }

    private RemoteBlockSigner RemoteSigner()
    {
        Uri endpoint = Url(FlagTable.SignerEndpoint);
        bool isTls = _values.Switch(FlagTable.SignerTls) && endpoint.Scheme == Uri.UriSchemeHttps;
        RemoteSignerOptions options = new()
        {
            Endpoint = endpoint,
            Address = _values.Address(FlagTable.SignerAddress),
            Headers = [.. _values.List(FlagTable.SignerHeader).Select(Header)],
            TlsCaPath = isTls ? TlsFile(FlagTable.SignerCa) : null,
            TlsCertificatePath = isTls ? TlsFile(FlagTable.SignerCert) : null,
            TlsKeyPath = isTls ? TlsFile(FlagTable.SignerKey) : null,
        };
        try
        {
            return new RemoteBlockSigner(options);
        }
        catch (SigningException e)
        {
            throw new FlagException($"{_values.Source(FlagTable.SignerEndpoint)}: {e.Message}");
        }
    }

    private string TlsFile(Flag flag) => _values.Text(flag) is { Length: > 0 } path
        ? path
        : throw _values.Wrong(flag, $"a file, or {FlagTable.SignerTls.Name} false");

    private L1SignerSource? SignerSource(NetworkConfig config)
    {
        if (string.IsNullOrEmpty(_values.Text(FlagTable.L1)))
        {
            return null;
        }

        TimeSpan reload = _values.Duration(FlagTable.L1Reload);
        return Own(new L1SignerSource(new L1SignerSourceOptions
        {
            Endpoint = Url(FlagTable.L1),
            SystemConfig = config.RollupConfig.L1SystemConfigAddress
                ?? throw new FlagException($"{_values.Source(FlagTable.L1)}: the chain's configuration names no SystemConfig contract."),
            Confirmations = (ulong)_values.Count(FlagTable.L1Confirmations),
            ReloadInterval = reload > TimeSpan.Zero ? reload : Timeout.InfiniteTimeSpan,
        }));
    }

    private Uri Url(Flag flag) => Uri.TryCreate(_values.Text(flag), UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
        ? url!
        : throw _values.Wrong(flag, "an http or https URL");

    private KeyValuePair<string, string> Header(string text) => text.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? new(text[..at].Trim(), text[(at + 1)..].Trim())
        : throw _values.Wrong(FlagTable.SignerHeader, "key=value");
}
