using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>A connected peer under a new name.</summary>
internal sealed class SwarmAttacker : IAsyncDisposable
{
    private readonly KeyPair _key = KeyPair.GenerateSecp256k1();

    private SwarmAttacker() => Swarm = new Swarm(
        _key, options: null, timeProvider: null, loggerFactory: null, nameResolver: null, connectionGate: null, textResolver: null, new AttackTransport());

    public Swarm Swarm { get; }

    /// <param name="target">Whom to connect to.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="prepare">Before it connects: the protocols it speaks.</param>
    public static async Task<SwarmAttacker> ConnectAsync(AttackTarget target, CancellationToken stop, Action<Swarm>? prepare = null)
    {
        SwarmAttacker attacker = new();
        prepare?.Invoke(attacker.Swarm);
        try
        {
            await attacker.Swarm.DialAsync(target.Address, stop);
            return attacker;
        }
        catch
        {
            await attacker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Swarm.DisposeAsync();
        _key.Dispose();
    }
}
