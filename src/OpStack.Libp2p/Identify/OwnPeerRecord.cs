using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Identify;

/// <summary>Our own signed peer record. Signed once per set of addresses, because any peer may ask for it as often as it likes.</summary>
internal sealed class OwnPeerRecord(TimeProvider time)
{
    private readonly Lock _gate = new();
    private Multiaddr[] _addresses = [];
    private byte[]? _envelope;
    private ulong _sequence;

    /// <summary>The record of exactly these addresses.</summary>
    public ReadOnlyMemory<byte> For(KeyPair signer, Multiaddr[] addresses)
    {
        lock (_gate)
        {
            if (_envelope is null || !addresses.AsSpan().SequenceEqual(_addresses))
            {
                // Nanoseconds of the wall clock, like go-libp2p, and never a number twice even if the clock goes back.
                ulong now = (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
                _sequence = Math.Max(now, _sequence + 1);
                _envelope = PeerRecord.Seal(signer, _sequence, addresses);
                _addresses = addresses;
            }

            return _envelope;
        }
    }
}
