using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OpStack.Libp2p.Gossipsub;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>An application that accepts all, unless told otherwise, and remembers what it saw. The id of a message is a hash of its topic and data.</summary>
internal sealed class TestHandler : IGossipMessageHandler
{
    private int _decoded;

    public Func<string, byte[], byte[]> OnDecode { get; set; } = (_, data) => data;

    public Func<GossipMessage, object?> OnCheck { get; set; } = message => message.Topic;

    public Func<GossipMessage, MessageVerdict> OnAdmit { get; set; } = _ => MessageAcceptance.Accept;

    public Action<GossipMessage> OnDeliver { get; set; } = _ => { };

    public ConcurrentQueue<GossipMessage> Delivered { get; } = new();

    public ConcurrentQueue<object?> Checks { get; } = new();

    public int Decoded => Volatile.Read(ref _decoded);

    public static MessageId IdOf(string topic, ReadOnlySpan<byte> data) =>
        new(SHA256.HashData([.. Encoding.UTF8.GetBytes(topic), .. data]).AsSpan(0, 20));

    public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data)
    {
        Interlocked.Increment(ref _decoded);
        return new DecodedMessage(IdOf(topic, data), OnDecode(topic, data.ToArray()), true);
    }

    public object? Check(GossipMessage message) => OnCheck(message);

    public MessageVerdict Admit(GossipMessage message, object? check) => OnAdmit(message);

    public void Deliver(GossipMessage message, object? check)
    {
        OnDeliver(message);
        Checks.Enqueue(check);
        Delivered.Enqueue(message);
    }
}
