using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Connections.Dialing;
using OpStack.Libp2p.Connections.Naming;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Connections;

/// <summary>Dials that only find out whether a peer can be reached.</summary>
public sealed partial class Swarm
{
    /// <summary>
    /// A dialler whose connections are no connections of the swarm. The gate judges who is dialled, but does not count these dials among
    /// ours; the places of an address and the memory of a peer are shared with the swarm's.
    /// </summary>
    /// <param name="attempts">Attempts at once.</param>
    /// <param name="queue">How many may wait for one; more fail with LimitReached.</param>
    internal ITrialDialer CreateTrialDialer(int attempts, int queue)
    {
        KeyPair identity = KeyPair.GenerateEd25519();
        NoiseStaticKey staticKey = NoiseStaticKey.Generate(identity);
        AsyncSlots slots = new(attempts, queue);
        ConnectionUpgrader upgrader = new(staticKey, _keeper, MuxerOptions(_limits), _budgets, _time, _logger);
        AddressResolver resolver = new(null, null, attempts, _time);
        PeerDialer dialer = new(_transport, upgrader, resolver, new GateKeeper(null, new SwarmCounters(), _logger), _places, slots, _options, _time, _logger);
        return new TrialDialer(identity, staticKey, dialer, slots, CloseInBackground);
    }
}
