using System.Net;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>One core, fed by hand; whatever it sends is given back at once.</summary>
internal sealed class CoreRig : IDisposable
{
    private readonly List<ProtocolOutput> _outputs = [];

    public CoreRig(Discv5Options? options = null, string address = "10.0.0.1", int seed = 7, IDiscv5Crypto? crypto = null)
    {
        EndPoint = new IPEndPoint(IPAddress.Parse(address), 9000);
        Random random = new(seed);
        Key = RawPeer.NewKey(random);
        Enr record = new EnrBuilder(1).SetIp(EndPoint.Address).SetUdp(EndPoint.Port).Build(Key);
        Core = new Discv5Protocol(Key, record, options ?? new Discv5Options { TableRefresh = false }, random, Now, crypto);
    }

    public Secp256k1PrivateKey Key { get; }

    public IPEndPoint EndPoint { get; }

    public Discv5Protocol Core { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(100);

    public NodeId Id => Core.LocalEnr.NodeId;

    public List<Discv5Event> Events { get; } = [];

    public Dictionary<object, RequestOutcome> Outcomes { get; } = [];

    /// <summary>TALKREQs that were handed to the host; answered empty unless <see cref="HoldTalk"/>.</summary>
    public List<ProtocolOutput.TalkRequested> Talks { get; } = [];

    public bool HoldTalk { get; set; }

    public Discv5Metrics Metrics => Core.SnapshotMetrics();

    public List<(IPEndPoint To, byte[] Datagram)> Receive(IPEndPoint from, ReadOnlyMemory<byte> datagram)
    {
        Core.Receive(from, datagram.Span, Now, _outputs);
        return Drain();
    }

    public List<(IPEndPoint To, byte[] Datagram)> Do(ProtocolInput input)
    {
        Core.Handle(input, Now, _outputs);
        return Drain();
    }

    public void Stop()
    {
        Core.Stop(Now, _outputs);
        Assert.Empty(Drain());
    }

    /// <summary>Moves the clock, stopping at every deadline on the way.</summary>
    public List<(IPEndPoint To, byte[] Datagram)> Advance(TimeSpan by)
    {
        TimeSpan end = Now + by;
        List<(IPEndPoint, byte[])> sent = [];
        while (Core.NextDeadline <= end)
        {
            Now = Core.NextDeadline > Now ? Core.NextDeadline : Now;
            Core.Tick(Now, _outputs);
            sent.AddRange(Drain());
        }

        Now = end;
        return sent;
    }

    public void Dispose()
    {
        Core.Dispose();
        Key.Dispose();
    }

    private List<(IPEndPoint, byte[])> Drain()
    {
        List<(IPEndPoint, byte[])> sent = [];
        for (int i = 0; i < _outputs.Count; i++)
        {
            switch (_outputs[i])
            {
                case ProtocolOutput.Send send:
                    sent.Add((send.To, send.Datagram.ToArray()));
                    break;
                case ProtocolOutput.Raise raise:
                    Events.Add(raise.Event);
                    break;
                case ProtocolOutput.Completed completed:
                    Outcomes.Add(completed.Caller, completed.Outcome);
                    break;
                case ProtocolOutput.TalkRequested talk:
                    Talks.Add(talk);
                    if (!HoldTalk)
                        Core.Handle(new ProtocolInput.TalkAnswer(talk, ReadOnlyMemory<byte>.Empty), Now, _outputs);
                    break;
            }
        }

        _outputs.Clear();
        return sent;
    }
}
