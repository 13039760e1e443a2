using System.Collections.Concurrent;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Tests.Protos;
using OpStack.Libp2p.Transport;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>A peer under the test's control: it writes raw bytes and reads, or does not read, what it is sent.</summary>
internal sealed class RawPeer
{
    private readonly TestNode _node;
    private int _accepted;

    public RawPeer(byte seed, TestNode node, bool reads = true, string protocol = "/meshsub/1.2.0")
    {
        _node = node;
        Host = new FakeHost(seed);
        Host.SetStreamHandler(protocol, async (stream, _) =>
        {
            Interlocked.Increment(ref _accepted);
            Streams.Enqueue(stream.Bytes);
            if (reads)
            {
                await ReadAsync(stream.Bytes);
            }
        });
    }

    public FakeHost Host { get; }

    /// <summary>Streams the service opened to this peer, in order.</summary>
    public ConcurrentQueue<IByteStream> Streams { get; } = new();

    public ConcurrentQueue<RpcMessage> Received { get; } = new();

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connects, opens a stream to the service and says hello.</summary>
    public async Task<IByteStream> JoinAsync(bool subscribe = true)
    {
        Host.Connect(_node.Host);
        IByteStream stream = (await Host.OpenStreamAsync(_node.Host.LocalPeerId, ["/meshsub/1.2.0"], default)).Bytes;
        if (subscribe)
        {
            await SendAsync(stream, Hello());
            Assert.True(await TestNode.WithinAsync(async () => (await _node.Service.GetSnapshotAsync()).Subscribers.Values.Any(s => s.Contains(Host.LocalPeerId))));
        }

        return stream;
    }

    public static RpcMessage Hello() => new() { Subscriptions = { new RpcMessage.Types.SubOpts { Subscribe = true, Topicid = TestNode.Topic } } };

    public static async Task SendAsync(IByteStream stream, RpcMessage message)
    {
        using MemoryStream bytes = new();
        Google.Protobuf.MessageExtensions.WriteDelimitedTo(message, bytes);
        await stream.WriteAsync(bytes.ToArray(), default);
    }

    public static async Task PublishAsync(IByteStream stream, byte[] data, string topic = TestNode.Topic)
    {
        GossipFrame frame = GossipFrame.Encode(topic, data);
        await stream.WriteAsync(frame.Bytes, default);
        frame.Release();
    }

    public int Hellos => Received.Count(r => r.Subscriptions.Count > 0);

    public int Grafts => Received.Sum(r => r.Control?.Graft.Count ?? 0);

    public int MessageCount => Received.Sum(r => r.Publish.Count);

    public IEnumerable<byte[]> Messages => Received.SelectMany(r => r.Publish).Select(p => p.Data.ToByteArray());

    private async Task ReadAsync(IByteStream stream)
    {
        List<byte> pending = [];
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (await stream.ReadAsync(buffer, default) is > 0 and int count)
            {
                pending.AddRange(buffer.AsSpan(0, count));
                while (Varint.TryRead([.. pending.Take(10)], out ulong length, out int prefix) && pending.Count >= prefix + (int)length)
                {
                    Received.Enqueue(RpcMessage.Parser.ParseFrom([.. pending.Skip(prefix).Take((int)length)]));
                    pending.RemoveRange(0, prefix + (int)length);
                }
            }
        }
        catch (Libp2pException)
        {
            // The service ended the stream.
        }
    }
}
