using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>A protocol core at an address of a <see cref="VirtualNetwork"/>.</summary>
internal sealed class VirtualNode(VirtualNetwork network, IPEndPoint endPoint, Discv5Protocol core)
{
    public VirtualNetwork Network { get; } = network;

    public IPEndPoint EndPoint { get; } = endPoint;

    public Discv5Protocol Core { get; } = core;

    public Enr Record => Core.LocalEnr;

    public NodeId Id => Core.LocalEnr.NodeId;

    public NodeContact Contact => new(Record, EndPoint);

    /// <summary>Outcomes of commands by their caller.</summary>
    public Dictionary<object, RequestOutcome> Outcomes { get; } = [];

    /// <summary>The deadline the network has queued for it.</summary>
    public TimeSpan Armed { get; set; } = TimeSpan.MaxValue;

    public void AddEnr(Enr record) => Network.Do(this, new ProtocolInput.AddEnr(record));

    public object Ping(NodeContact to) => Command(caller => new ProtocolInput.Ping(to, caller));

    public object FindNode(NodeContact to, params int[] distances) => Command(caller => new ProtocolInput.FindNode(to, distances, caller));

    public object Lookup(NodeId? target) => Command(caller => new ProtocolInput.Lookup(target, caller));

    private object Command(Func<object, ProtocolInput> create)
    {
        object caller = new();
        Network.Do(this, create(caller));
        return caller;
    }
}
