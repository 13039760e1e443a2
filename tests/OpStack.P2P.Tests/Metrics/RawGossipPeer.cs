using System.Buffers;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>A gossip peer that says just what a test has it say, and keeps count: what a network must have seen of it is known to the byte.</summary>
internal sealed class RawGossipPeer : IAsyncDisposable
{
    private const string Protocol = "/meshsub/1.1.0";

    private readonly KeyPair _key = KeyPair.GenerateSecp256k1();
    private readonly Swarm _swarm;
    private IByteStream? _stream;

    public RawGossipPeer()
    {
        _swarm = new Swarm(_key);
        _swarm.SetStreamHandler(Protocol, ReadToEndAsync);
    }

    public PeerId PeerId => _swarm.LocalPeerId;

    /// <summary>Bytes of gossip written.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>RPCs written.</summary>
    public long RpcsWritten { get; private set; }

    /// <summary>Dials a network, and waits until that is ready to hear it.</summary>
    public async Task JoinAsync(TestNetwork network)
    {
        await _swarm.DialAsync(network.Address).AsTask().WaitAsync(DriverNode.Patience);
        await Until.TrueAsync(async () => (await network.Gossip.GetSnapshotAsync()).Peers.Any(peer => peer.Peer.Equals(PeerId)));
        _stream = (await _swarm.OpenStreamAsync(network.Gossip.LocalPeerId, [Protocol], default)).Bytes;
    }

    public async Task SendControlAsync(GossipRpc rpc)
    {
        ArrayBufferWriter<byte> bytes = new();
        RpcWriter.Write(rpc, bytes);
        await WriteAsync(bytes.WrittenMemory);
    }

    public async Task SendMessageAsync(string topic, ReadOnlyMemory<byte> data)
    {
        GossipFrame frame = GossipFrame.Encode(topic, data.Span);
        await WriteAsync(frame.Bytes);
        frame.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _swarm.DisposeAsync();
        _key.Dispose();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream!.WriteAsync(bytes, default);
        BytesWritten += bytes.Length;
        RpcsWritten++;
    }

    private static async Task ReadToEndAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4_096];
        while (await stream.Bytes.ReadAsync(buffer, cancellationToken) > 0)
        {
            // What it is told does not matter.
        }
    }
}
