using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// The allow-list of topics: finds the one string of a topic by its bytes on the wire. A topic outside the list never becomes a string,
/// so a peer cannot make us keep topics of its choice (GHSA-4f8r-922h-2vgv). Immutable.
/// </summary>
internal sealed class TopicTable
{
    /// <summary>Most topics of a table: lookups walk it. OP Stack needs four.</summary>
    public const int MaxTopics = 64;

    private readonly (byte[] Bytes, string Topic)[] _topics;

    /// <exception cref="ArgumentException">More than <see cref="MaxTopics"/> topics, or one that is empty or longer than <see cref="RpcLimits.MaxTopicBytes"/>.</exception>
    public TopicTable(IEnumerable<string> topics)
    {
        _topics = [.. topics.Distinct().Select(topic => (Encoding.UTF8.GetBytes(topic), topic))];
        if (_topics.Length > MaxTopics || _topics.Any(t => t.Bytes.Length is 0 or > RpcLimits.MaxTopicBytes))
        {
            throw new ArgumentException($"At most {MaxTopics} topics of 1 to {RpcLimits.MaxTopicBytes} bytes each.", nameof(topics));
        }
    }

    /// <summary>Finds the topic of these bytes.</summary>
    public bool TryGet(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? topic)
    {
        foreach ((byte[] known, string text) in _topics)
        {
            if (bytes.SequenceEqual(known))
            {
                topic = text;
                return true;
            }
        }

        topic = null;
        return false;
    }

    /// <summary>True when the topic is on the list.</summary>
    public bool Contains(string topic) => Array.Exists(_topics, t => t.Topic == topic);
}
