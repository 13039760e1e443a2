using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Gossip;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>What another copy of a received block costs, against validating the first (target 4). Both begin with the frame in memory.</summary>
internal static class DuplicateRows
{
    private const double OfFirstDelivery = 0.05;

    public static IEnumerable<Row> Create() => [Duplicate("100 KB", 100_000), Duplicate("1 MB", 1_000_000)];

    private static Row Duplicate(string name, int size) => new($"Duplicate of a block, {name}", "its first delivery", Target.TimeAtMost(OfFirstDelivery), () =>
    {
        SignedBlock block = new(size);
        Copies copies = new(block);
        return new Contest(copies.ReceiveAnother, block.Validate) { MaxAllocated = 0 };
    });

    /// <summary>Ingest of a node that has received the block and still holds its frame.</summary>
    private sealed class Copies : IIngestSink
    {
        private readonly PeerId _peer = KeyPair.GenerateEd25519().PeerId;
        private readonly Ingest _ingest;
        private readonly GossipFrame _frame;
        private readonly IngestFrame _received = new();
        private readonly int _prefix;
        private int _duplicates;

        public Copies(SignedBlock block)
        {
            TopicTable topics = new(block.Handler.Topics);
            SenderBlame blame = new(TimeProvider.System, TimeSpan.FromSeconds(2));
            BlockGossip handler = new(block.Handler, blame, new GossipEventQueue(), TimeProvider.System, NullLogger.Instance);
            _ingest = new Ingest(topics, handler, this, new GossipsubCounters(), TimeProvider.System, NullLogger.Instance);
            _frame = GossipFrame.Encode(block.Topic, block.Data);
            Varint.TryRead(_frame.Bytes.Span, out _, out _prefix);
            _ingest.OnPublished(_frame, block.Handler.Decode(block.Topic, block.Data).Id);
        }

        public void ReceiveAnother()
        {
            byte[] pooled = ArrayPool<byte>.Shared.Rent(_frame.Length);
            _frame.Bytes.CopyTo(pooled);
            int before = _duplicates;
            _received.Fill(pooled, _prefix, _frame.Length, null);
            ValueTask done = _ingest.ProcessAsync(_peer, _received, CancellationToken.None);
            if (!done.IsCompletedSuccessfully || _duplicates != before + 1)
            {
                throw new InvalidOperationException("The copy was not recognised.");
            }
        }

        public bool IsSubscribed(string topic) => true;

        public bool IsGraylisted(PeerId peer) => false;

        public ValueTask PostAsync(IngestedInput input, CancellationToken cancellationToken)
        {
            _duplicates += input.Input is null ? 1 : 0;
            return ValueTask.CompletedTask;
        }
    }
}
