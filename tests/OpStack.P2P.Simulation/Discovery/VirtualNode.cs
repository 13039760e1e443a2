using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>A protocol core at an address of a <see cref="VirtualNetwork"/>, with what it told its host.</summary>
internal sealed class VirtualNode
{
    public VirtualNode(VirtualNetwork network, IPEndPoint endPoint, Secp256k1PrivateKey key, Enr record, Discv5Options options, Random random)
    {
        Network = network;
        EndPoint = endPoint;
        Key = key;
        Core = new Discv5Protocol(key, record, options, random, network.Now, network.Records.TryRead);
    }

    public VirtualNetwork Network { get; }

    public IPEndPoint EndPoint { get; }

    public Secp256k1PrivateKey Key { get; }

    public Discv5Protocol Core { get; }

    public Enr Record => Core.LocalEnr;

    public NodeId Id => Core.LocalEnr.NodeId;

    public NodeContact Contact => new(Record, EndPoint);

    public List<Discv5Event> Events { get; } = [];

    /// <summary>Outcomes of commands by their caller.</summary>
    public Dictionary<object, RequestOutcome> Outcomes { get; } = [];

    /// <summary>Talk handlers by protocol name; a protocol without one gets an empty answer.</summary>
    public Dictionary<string, Func<byte[], byte[]>> TalkHandlers { get; } = [];

    /// <summary>Whether its deadlines run and datagrams reach it.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>The deadline the network has queued for it.</summary>
    public TimeSpan Armed { get; set; } = TimeSpan.MaxValue;

    public object Ping(NodeContact to) => Command(caller => new ProtocolInput.Ping(to, caller));

    public object FindNode(NodeContact to, params int[] distances) => Command(caller => new ProtocolInput.FindNode(to, distances, caller));

    public object Talk(NodeContact to, string protocol, byte[] payload) =>
        Command(caller => new ProtocolInput.Talk(to, System.Text.Encoding.Latin1.GetBytes(protocol), payload, caller));

    public object Lookup(NodeId? target) => Command(caller => new ProtocolInput.Lookup(target, caller));

    public void Do(ProtocolInput input) => Network.Step(this, (core, now, outputs) => core.Handle(input, now, outputs));

    private object Command(Func<object, ProtocolInput> create)
    {
        object caller = new();
        Do(create(caller));
        return caller;
    }
}
