using OpStack.P2P.Peers;
using OpStack.P2P.Signing;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>Where a <see cref="RemoteBlockSigner"/> is and how it is spoken to (op-node --signer.*; op-stack-p2p.md 1.14).</summary>
public sealed record RemoteSignerOptions
{
    /// <summary>Its URL, http or https (--signer.endpoint). A user in it is sent as Basic authorization.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The address it signs with (--signer.address); a signature of anybody else is not taken.</summary>
    public required Address Address { get; init; }

    /// <summary>Sent with every call (--signer.header). May hold secrets, and is never logged. Default none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>A PEM file of the authorities that may have signed the server's certificate. Default null: those the system trusts.</summary>
    public string? TlsCaPath { get; init; }

    /// <summary>A PEM file of our certificate, and of those between it and the authority. Needs <see cref="TlsKeyPath"/>. Default null: we show none.</summary>
    public string? TlsCertificatePath { get; init; }

    /// <summary>A PEM file of that certificate's key.</summary>
    public string? TlsKeyPath { get; init; }

    /// <summary>For one attempt. Default 2 s (kona). 10 ms to 1 min; three attempts are made, 100 and 200 ms apart.</summary>
    public TimeSpan Timeout { get; init; } = SigningLimits.SignTimeout;

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is wrong.</summary>
    public void Validate()
    {
        Require(Endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(Endpoint), "an http or https URL");
        Require(!Address.IsZero, nameof(Address), "the signer's address");
        Require(Headers is not null && Headers.All(IsHeader), nameof(Headers), "names and values of HTTP headers");
        Require(TlsCertificatePath is null == TlsKeyPath is null, nameof(TlsKeyPath), $"given together with {nameof(TlsCertificatePath)}");
        bool isTls = TlsCaPath is not null || TlsCertificatePath is not null;
        Require(!isTls || Endpoint!.Scheme == "https", nameof(Endpoint), "https when there are certificates");
        Require(
            Timeout >= TimeSpan.FromMilliseconds(10) && Timeout <= TimeSpan.FromMinutes(1), nameof(Timeout), "10 ms to 1 min");
    }

    /// <summary>The host and the address alone: a URL may hold a user, and headers are secrets.</summary>
    public override string ToString() => $"remote signer {Address} at {Endpoint.Host}";

    private static bool IsHeader(KeyValuePair<string, string> header)
    {
        using HttpRequestMessage probe = new();
        return !string.IsNullOrWhiteSpace(header.Key)
            && header.Value is not null
            && header.Value.All(c => char.IsAscii(c) && !char.IsControl(c))
            && probe.Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    private static void Require(bool holds, string name, string range) =>
        PeerSettings.Require(holds, nameof(RemoteSignerOptions), name, range);
}
