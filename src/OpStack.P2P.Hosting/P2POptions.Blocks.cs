namespace OpStack.P2P.Hosting;

/// <summary>Blocks by number, and who signs ours.</summary>
public sealed partial class P2POptions
{
    /// <summary>Speaks the protocol of blocks by number. Default true.</summary>
    public bool SyncReqResp { get; set; } = true;

    /// <summary>Asks static peers alone. Default false.</summary>
    public bool SyncOnlyReqToStatic { get; set; }

    /// <summary>Asks by number for what gossip left out; needs <see cref="SyncReqResp"/>, and the host to call <see cref="NetworkHandler.SetHead"/>. Default false.</summary>
    public bool SyncModeReqResp { get; set; }

    /// <summary>The sequencer's key, hex. Never logged. Default null: we publish nothing.</summary>
    public string? SequencerKey { get; set; }

    /// <summary>The file of the sequencer's key (kona). Default null.</summary>
    public string? SequencerKeyPath { get; set; }

    /// <summary>The URL of a remote signer, http or https, instead of a key. May hold secrets: never logged. Default null.</summary>
    public string? SignerEndpoint { get; set; }

    /// <summary>The address it signs with. Default null.</summary>
    public string? SignerAddress { get; set; }

    /// <summary>Sent with every call, "key=value" each. Never logged. Default none.</summary>
    public IList<string> SignerHeader { get; set; } = [];

    /// <summary>TLS with the certificates below, for an https endpoint. Default true.</summary>
    public bool SignerTlsEnabled { get; set; } = true;

    /// <summary>The certificates of the authority, PEM. Default "tls/ca.crt".</summary>
    public string? SignerTlsCa { get; set; } = "tls/ca.crt";

    /// <summary>Our certificate, PEM. Default "tls/tls.crt".</summary>
    public string? SignerTlsCert { get; set; } = "tls/tls.crt";

    /// <summary>Its key, PEM. Default "tls/tls.key".</summary>
    public string? SignerTlsKey { get; set; } = "tls/tls.key";
}
