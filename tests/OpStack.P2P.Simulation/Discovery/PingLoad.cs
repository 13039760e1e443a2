using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
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
        using Secp256k1PrivateKey key = CorePeer.NewKey(random);
        IPEndPoint endPoint = new(IPAddress.Parse("10.0.0.1"), 9000);
        Enr record = CorePeer.RecordOf(key, endPoint);
        using Discv5Protocol core = new(key, record, new Discv5Options { TableRefresh = false }, random, TimeSpan.Zero);
        using CorePeer peer = new(random, record, endPoint, new IPEndPoint(IPAddress.Parse("10.0.0.2"), 9000));
        peer.Shake(core, TimeSpan.Zero);

        Measure(core, peer, warmUp);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (long answered, long allocated) = Measure(core, peer, pings);
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        return new Result(answered, allocated / (double)pings, growth);
    }

    private static (long Answered, long Allocated) Measure(Discv5Protocol core, CorePeer peer, int pings)
    {
        List<ProtocolOutput> outputs = [];
        long answered = 0, allocated = 0;
        for (int i = 0; i < pings; i++)
        {
            ReadOnlyMemory<byte> ping = peer.Ping((ulong)i);
            long before = GC.GetAllocatedBytesForCurrentThread();
            core.Receive(peer.EndPoint, ping.Span, TimeSpan.FromMilliseconds(i), outputs);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            foreach (ProtocolOutput output in outputs)
                answered += output is ProtocolOutput.Send { Datagram.Length: < 128 } ? 1 : 0;
            outputs.Clear();
        }

        return (answered, allocated);
    }
}
