using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Hosting.Settings;

/// <summary>Who signs what we publish.</summary>
internal sealed partial class P2PSettings
{
    private IBlockSigner? Signer()
    {
        bool isRemote = !string.IsNullOrWhiteSpace(_options.SignerEndpoint);
        if (isRemote != !string.IsNullOrWhiteSpace(_options.SignerAddress))
        {
            isRemote = false;
            _faults.Add($"{nameof(P2POptions.SignerEndpoint)} and {nameof(P2POptions.SignerAddress)} must both be given, or neither.");
        }

        int ways = new[] { _options.SequencerKey, _options.SequencerKeyPath, _options.SignerEndpoint }.Count(way => !string.IsNullOrWhiteSpace(way));
        if (ways > 1)
        {
            _faults.Add($"Of {nameof(P2POptions.SequencerKey)}, {nameof(P2POptions.SequencerKeyPath)} and {nameof(P2POptions.SignerEndpoint)} only one may be given.");
        }

        Secp256k1PrivateKey? key = Key(
            nameof(P2POptions.SequencerKey), _options.SequencerKey, nameof(P2POptions.SequencerKeyPath), _options.SequencerKeyPath, isMade: false);
        return key is not null ? new LocalBlockSigner(key) : isRemote ? RemoteSigner() : null;
    }

    private RemoteBlockSigner? RemoteSigner()
    {
        bool isUrl = IsHttp(_options.SignerEndpoint, out Uri? endpoint);
        bool isAddress = Address.TryParse(_options.SignerAddress, out Address address);
        if (!isUrl)
        {
            _faults.AddWrong(nameof(P2POptions.SignerEndpoint), "an http or https URL");
        }

        _faults.Require(isAddress, nameof(P2POptions.SignerAddress), "an address of 40 hex digits", _options.SignerAddress);
        string[] headers = [.. ListOf(_options.SignerHeader)];
        if (!Array.TrueForAll(headers, header => header.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            _faults.AddWrong(nameof(P2POptions.SignerHeader), "\"key=value\" each");
            return null;
        }

        if (!isUrl || !isAddress)
        {
            return null;
        }

        bool isTls = _options.SignerTlsEnabled && endpoint!.Scheme == Uri.UriSchemeHttps;
        RemoteSignerOptions options = new()
        {
            Endpoint = endpoint!,
            Address = address,
            Headers = [.. headers.Select(HeaderOf)],
            TlsCaPath = isTls ? TlsFile(nameof(P2POptions.SignerTlsCa), _options.SignerTlsCa) : null,
            TlsCertificatePath = isTls ? TlsFile(nameof(P2POptions.SignerTlsCert), _options.SignerTlsCert) : null,
            TlsKeyPath = isTls ? TlsFile(nameof(P2POptions.SignerTlsKey), _options.SignerTlsKey) : null,
        };
        RemoteBlockSigner? signer = null;
        _faults.Checked(
            nameof(P2POptions.SignerEndpoint), options, valid => signer = Own(new RemoteBlockSigner(valid, _time, _loggers.CreateLogger<RemoteBlockSigner>())));
        return signer;
    }

    private string? TlsFile(string option, string? path)
    {
        bool isGiven = !string.IsNullOrWhiteSpace(path);
        _faults.Require(isGiven, option, $"a file, or {nameof(P2POptions.SignerTlsEnabled)} false", path);
        return isGiven ? path : null;
    }

    private static bool IsHttp(string? text, [NotNullWhen(true)] out Uri? url) => Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https";

    private static KeyValuePair<string, string> HeaderOf(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return new(text[..at].Trim(), text[(at + 1)..].Trim());
    }
}
