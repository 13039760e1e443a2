using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>One core that answers PINGs of one peer, as fast as they come: what it allocates, and what stays.</summary>
internal static class PingLoad
{
    /// <param name="Answered">PONGs sent.</param>
    /// <param name="AllocatedPerPing">Bytes the core allocated for each.</param>
    /// <param name="HeapGrowth">Bytes that live more after the run than before it.</param>
    internal sealed record Result(long Answered, double AllocatedPerPing, long HeapGrowth);

    public static Result Run(int warmUp, int pings)
    {
        Random random = new(1);
        using Secp256k1PrivateKey key = NewKey(random), peerKey = NewKey(random);
        IPEndPoint endPoint = new(IPAddress.Parse("10.0.0.1"), 9000), peer = new(IPAddress.Parse("10.0.0.2"), 9000);
        Enr record = new EnrBuilder(1).SetIp(endPoint.Address).SetUdp(endPoint.Port).Build(key);
        Enr peerRecord = new EnrBuilder(1).SetIp(peer.Address).SetUdp(peer.Port).Build(peerKey);
        using Discv5Protocol core = new(key, record, new Discv5Options { TableRefresh = false }, random, TimeSpan.Zero);
        using Session session = Shake(core, record, endPoint, peerKey, peerRecord, peer, random);

        Measure(core, session, peerRecord.NodeId, peer, random, warmUp);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (long answered, long allocated) = Measure(core, session, peerRecord.NodeId, peer, random, pings);
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        return new Result(answered, allocated / (double)pings, growth);
    }

    private static Secp256k1PrivateKey NewKey(Random random)
    {
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        random.NextBytes(secret);
        return Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key) ? key : throw new InvalidOperationException("no key");
    }

    private static (long Answered, long Allocated) Measure(
        Discv5Protocol core, Session session, NodeId id, IPEndPoint peer, Random random, int pings)
    {
        List<ProtocolOutput> outputs = [];
        byte[] packet = new byte[PacketLimits.MaxSize], plaintext = new byte[64], iv = new byte[PacketLimits.MaskingIvSize];
        long answered = 0, allocated = 0;
        for (int i = 0; i < pings; i++)
        {
            int length = new Ping(RequestId.FromRandom((ulong)i), 1).Write(plaintext);
            random.NextBytes(iv);
            if (!session.TryEncrypt(id, iv, (ulong)i, plaintext.AsSpan(0, length), packet, out int written, out _))
                throw new InvalidOperationException("no nonces left");

            long before = GC.GetAllocatedBytesForCurrentThread();
            core.Receive(peer, packet.AsSpan(0, written), TimeSpan.FromMilliseconds(i), outputs);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            foreach (ProtocolOutput output in outputs)
                answered += output is ProtocolOutput.Send { Datagram.Length: < 128 } ? 1 : 0;
            outputs.Clear();
        }

        return (answered, allocated);
    }

    private static Session Shake(
        Discv5Protocol core, Enr record, IPEndPoint endPoint, Secp256k1PrivateKey peerKey, Enr peerRecord, IPEndPoint peer, Random random)
    {
        List<ProtocolOutput> outputs = [];
        byte[] packet = new byte[PacketLimits.MaxSize], noise = new byte[64], plaintext = new byte[64], scratch = new byte[PacketLimits.MaxHeaderSize];
        random.NextBytes(noise);
        int length = PacketWriter.WriteRandom(packet, record.NodeId, peerRecord.NodeId, noise.AsSpan(0, 16), new PacketNonce(noise.AsSpan(16, 12)), noise.AsSpan(28));
        core.Receive(peer, packet.AsSpan(0, length), TimeSpan.Zero, outputs);
        if (!PacketReader.TryRead(((ProtocolOutput.Send)outputs[0]).Datagram.Span, peerRecord.NodeId, scratch, out PacketView challenge, out _))
            throw new InvalidOperationException("no challenge");

        int size = new Ping(RequestId.FromRandom(1), 1).Write(plaintext);
        SessionKeys keys = Handshake.Initiate(
            Discv5Crypto.Instance, packet, peerKey, peerRecord, record.PublicKey, challenge, random, noise.AsSpan(0, 16), 1,
            plaintext.AsSpan(0, size), out length, out _);
        core.Receive(peer, packet.AsSpan(0, length), TimeSpan.Zero, outputs);
        return new Session(new NodeAddress(record.NodeId, endPoint), keys, TimeSpan.Zero);
    }
}
