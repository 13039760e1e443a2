using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Identify;

/// <summary>
/// What identify asks of the host: what to tell about ourselves, and where to report what peers told. The swarm implements it.
/// The properties are read anew for every message, from any thread; each must give a list that does not change afterwards.
/// After a change the host calls <see cref="IdentifyService.NotifyChanged"/>.
/// </summary>
internal interface IIdentifyContext
{
    /// <summary>Our identity; signs the peer record.</summary>
    KeyPair Signer { get; }

    /// <summary>The addresses we can be reached at, best first, without /p2p.</summary>
    IReadOnlyList<Multiaddr> ListenAddresses { get; }

    /// <summary>Every protocol that has a stream handler. Must be complete before the first connection (wire.md trap 2).</summary>
    IReadOnlyList<string> Protocols { get; }

    /// <summary>Free text, such as "opstack-dotnet/0.1".</summary>
    string AgentVersion { get; }

    /// <summary>Free text; "ipfs/0.1.0" at go-libp2p.</summary>
    string ProtocolVersion { get; }

    /// <summary>
    /// A peer answered our query or pushed an update; the host tells its observers. Calls for one peer are in order. The peer may have
    /// gone in the meantime: the host passes over one it is not connected to. Must not block.
    /// </summary>
    void ReportIdentified(PeerId peer, IdentifyInfo info);
}
