using System.Buffers;
using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Tests.Gossipsub.Router;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>Copies of a message that is held: most of what a node receives.</summary>
public sealed class IngestCopyTests : IDisposable
{
    private const int Copies = 100;

    // The state of an asynchronous method is a class in a debug build: two small ones for each copy, whatever its length.
    private const int DebugBytes = 512;
    private static readonly bool IsDebug =
        typeof(Ingest).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };

    private static readonly PeerId Sender = RouterHarness.Peer(1);
    private static readonly PeerId Other = RouterHarness.Peer(2);
    private static readonly PeerId Third = RouterHarness.Peer(3);
    private readonly Sink _sink = new();
    private readonly TestHandler _handler = new();
    private readonly Ingest _ingest;
    private readonly IngestFrame _received = new();
    private readonly GossipFrame _frame = GossipFrame.Encode(RouterHarness.Topic, new byte[100_000]);

    private readonly GossipsubCounters _counters = new();

    public IngestCopyTests() =>
        _ingest = new Ingest(new TopicTable([RouterHarness.Topic]), _handler, _sink, _counters, TimeProvider.System, NullLogger.Instance);

    public void Dispose()
    {
        _ingest.Dispose();
        _received.Dispose();
    }

    [Fact]
    public void A_copy_is_neither_decoded_nor_allocates()
    {
        int decoded = 0;
        _handler.OnDecode = (_, data) =>
        {
            decoded++;
            return data;
        };
        Receive();
        Assert.Equal((1, 1, 0), (decoded, _sink.Messages, _sink.Copies));

        long allocated = Mutations.AllocatedBy(() =>
        {
            for (int i = 0; i < Copies; i++)
            {
                Receive();
            }
        });
        Assert.InRange(allocated, 0, IsDebug ? Copies * DebugBytes : 0);
        Assert.Equal((1, 1), (decoded, _sink.Messages));
        Assert.InRange(_sink.Copies, Copies, 3 * Copies);
        Assert.Equal(_sink.Copies, _counters.CopiesRecognised);
    }

    [Fact]
    public async Task Of_two_copies_that_wait_for_one_that_comes_to_nothing_one_is_decoded_and_one_counted()
    {
        using ManualResetEventSlim isDecoding = new(), release = new();
        int decoded = 0;
        _handler.OnDecode = (_, data) =>
        {
            if (Interlocked.Increment(ref decoded) == 1)
            {
                isDecoding.Set();
                Assert.True(release.Wait(TimeSpan.FromSeconds(60)));
                throw new InvalidOperationException("of the test");
            }

            return data;
        };
        using IngestFrame second = new(), third = new();
        Task first = Task.Run(() => ProcessAsync(Sender, _received));
        Assert.True(isDecoding.Wait(TimeSpan.FromSeconds(60)));
        Task[] copies = [ProcessAsync(Other, second), ProcessAsync(Third, third)];
        Assert.All(copies, copy => Assert.False(copy.IsCompleted));
        Assert.Equal(0, _counters.CopiesRecognised);

        release.Set();
        await Task.WhenAll([first, .. copies]).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((2, 1, 1), (decoded, _sink.Messages, _sink.Copies));
        Assert.Equal(1, _counters.CopiesRecognised);
    }

    [Fact]
    public void The_router_allocates_nothing_for_a_copy()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 2);
        router.Message(Sender, 7);
        ReceivedCopy copy = new(Other, RouterHarness.Topic, RouterHarness.Id(7));
        router.Router.Handle(copy, router.Now, []);

        List<RouterOutput> outputs = [];
        Assert.Equal(0, Mutations.AllocatedBy(() =>
        {
            for (int i = 0; i < Copies; i++)
            {
                router.Router.Handle(copy, router.Now, outputs);
            }
        }));
        Assert.Empty(outputs);
        Assert.InRange(router.State.Counters.Duplicates, Copies, (3 * Copies) + 1);
    }

    private void Receive()
    {
        Fill(_received);
        Assert.True(_ingest.ProcessAsync(Sender, _received, CancellationToken.None).IsCompletedSuccessfully);
    }

    private Task ProcessAsync(PeerId peer, IngestFrame received)
    {
        Fill(received);
        return _ingest.ProcessAsync(peer, received, CancellationToken.None).AsTask();
    }

    private void Fill(IngestFrame received)
    {
        byte[] pooled = ArrayPool<byte>.Shared.Rent(_frame.Length);
        _frame.Bytes.CopyTo(pooled);
        Varint.TryRead(pooled, out _, out int prefix);
        received.Fill(pooled, prefix, _frame.Length, null);
    }

    private sealed class Sink : IIngestSink
    {
        public int Messages { get; private set; }

        public int Copies { get; private set; }

        public bool IsSubscribed(string topic) => true;

        public bool IsGraylisted(PeerId peer) => false;

        public ValueTask PostAsync(IngestedInput input, CancellationToken cancellationToken)
        {
            if (input.Input is null)
            {
                Copies++;
            }
            else if (input.Input is RouterInput.MessageReceived message)
            {
                Messages++;
                input.Entry!.Complete(message.Decoded.Id);
            }

            return ValueTask.CompletedTask;
        }
    }
}
