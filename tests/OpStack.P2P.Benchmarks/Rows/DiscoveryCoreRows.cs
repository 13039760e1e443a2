using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.P2P.Simulation.Discovery;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>What a stranger costs the discovery core, the filter raised (target 8).</summary>
internal static class DiscoveryCoreRows
{
    private const double SecondNanoseconds = 1e9;
    private const double PingsPerSecond = 20_000;
    private const double HandshakesPerSecond = 1_200;
    private const int Strangers = 64;
    private const int WarmUp = 4;
    private static readonly IPEndPoint EndPoint = new(IPAddress.Parse("10.0.0.1"), 9000);

    private static readonly Discv5Options Raised = new()
    {
        TableRefresh = false,
        Filter = new FilterOptions { RateLimits = false, Challenges = 100_000, ReadBudget = null },
    };

    public static IEnumerable<Row> Create() =>
    [
        new("discv5, a PING answered", "20,000 a second", Target.TimeAtMost(1), Ping),
        Benchmarks.Row.Measured("discv5, a stranger's handshake accepted", "1,200 a second", Target.TimeAtMost(1), budget => Handshakes(budget, SecondNanoseconds / HandshakesPerSecond)),
        Benchmarks.Row.Measured("discv5, a stranger's handshake accepted", "its elliptic curve work", Target.TimeAtMost(2), budget => Handshakes(budget, null)),
    ];

    private static Contest Ping()
    {
        Random random = new(1);
        Secp256k1PrivateKey key = CorePeer.NewKey(random);
        Enr record = CorePeer.RecordOf(key, EndPoint);
        Discv5Protocol core = new(key, record, Raised, random, TimeSpan.Zero);
        CorePeer peer = new(random, record, EndPoint, new IPEndPoint(IPAddress.Parse("10.0.0.2"), 9000));
        peer.Shake(core, TimeSpan.Zero);
        byte[] ping = peer.Ping(1).ToArray();
        List<ProtocolOutput> outputs = [];
        return new Contest(
            () =>
            {
                core.Receive(peer.EndPoint, ping, TimeSpan.Zero, outputs);
                if (outputs is not [ProtocolOutput.Send])
                {
                    throw new InvalidOperationException("The PING was not answered.");
                }

                outputs.Clear();
            },
            SecondNanoseconds / PingsPerSecond);
    }

    /// <summary>Of every sample 64 nodes never seen before, each from its own address: what the core does for the provoking packet and the handshake.</summary>
    private static Samples Handshakes(TimeSpan budget, double? limit)
    {
        List<double> ours = [];
        List<double> reference = [];
        EllipticCurveWork work = new();
        long end = Clocks.Wall() + (long)budget.TotalNanoseconds;
        for (int round = -WarmUp; round <= 0 || Clocks.Wall() < end; round++)
        {
            double time = HandshakeTime(new Random(round + WarmUp));
            double curve = limit ?? work.Time();
            if (round >= 0)
            {
                ours.Add(time);
                reference.Add(curve);
            }
        }

        return new Samples(ours, reference);
    }

    private static double HandshakeTime(Random random)
    {
        using Secp256k1PrivateKey key = CorePeer.NewKey(random);
        Enr record = CorePeer.RecordOf(key, EndPoint);
        using Discv5Protocol core = new(key, record, Raised, random, TimeSpan.Zero);
        List<ProtocolOutput> outputs = [];
        long taken = 0;
        for (int i = 0; i < Strangers; i++)
        {
            using CorePeer peer = new(random, record, EndPoint, new IPEndPoint(new IPAddress([20, (byte)i, 0, 1]), 9000));
            ReadOnlyMemory<byte> unreadable = peer.Provoke();
            long begin = Clocks.Thread();
            core.Receive(peer.EndPoint, unreadable.Span, TimeSpan.Zero, outputs);
            taken += Clocks.Thread() - begin;
            ReadOnlyMemory<byte> handshake = peer.Answer(((ProtocolOutput.Send)outputs[0]).Datagram.Span);
            outputs.Clear();
            begin = Clocks.Thread();
            core.Receive(peer.EndPoint, handshake.Span, TimeSpan.Zero, outputs);
            taken += Clocks.Thread() - begin;
            outputs.Clear();
        }

        return core.SnapshotMetrics().HandshakesAccepted == Strangers
            ? (double)taken / Strangers
            : throw new InvalidOperationException("A handshake was refused.");
    }

    /// <summary>What no handshake can do without: the record's signature, the identity's, and the agreement, with both keys as they come.</summary>
    private sealed class EllipticCurveWork
    {
        private readonly Secp256k1PrivateKey _key = Secp256k1PrivateKey.Generate();
        private readonly byte[] _publicKey = new byte[Secp256k1PublicKey.CompressedSize];
        private readonly byte[] _hash = new byte[32];
        private readonly byte[] _signature = new byte[Secp256k1Signature.RecoverableSize];

        public EllipticCurveWork()
        {
            _key.PublicKey.WriteCompressed(_publicKey);
            _key.SignRecoverable(_hash, _signature);
        }

        public double Time()
        {
            byte[] secret = new byte[Secp256k1PublicKey.CompressedSize];
            long begin = Clocks.Thread();
            for (int i = 0; i < Strangers; i++)
            {
                bool isValid = Secp256k1PublicKey.TryParse(_publicKey, out Secp256k1PublicKey? identity)
                    && identity.Verify(_hash, _signature.AsSpan(0, Secp256k1Signature.Size))
                    && identity.Verify(_hash, _signature.AsSpan(0, Secp256k1Signature.Size));
                isValid &= Secp256k1PublicKey.TryParse(_publicKey, out Secp256k1PublicKey? ephemeral);
                _key.Agree(ephemeral!, secret);
                if (!isValid)
                {
                    throw new InvalidOperationException("A valid signature was refused.");
                }
            }

            return (double)(Clocks.Thread() - begin) / Strangers;
        }
    }
}
