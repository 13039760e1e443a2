using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Gossip;

public sealed class EarlyHashTests
{
    private readonly List<EarlyHash> _begun = [];
    private readonly List<Thread> _threads = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_block_gets_its_verdict_whether_another_thread_came_in_time_or_not(bool inTime)
    {
        BlockHandlerFixture fixture = Fixture(inTime);
        Assert.Equal(BlockInvalidReason.None, fixture.Check(Block(1)).Reason);
        EarlyHash hash = Assert.Single(_begun);
        Assert.True(hash.IsTaken);

        // A thread that comes late finds nothing to do.
        hash.Execute();
        Assert.Equal(BlockInvalidReason.None, fixture.Check(Block(2)).Reason);
        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public void The_hash_is_that_of_the_body()
    {
        EarlyHashes early = new(OnThread);
        byte[] message = TestBlocks.Message(Block(1));
        byte[] destination = new byte[message.Length];
        EarlyHash begun = early.Begin(destination)!;
        for (int written = 0; written < message.Length; written += 1_009)
        {
            // What is not told is not read.
            destination.AsSpan(written).Fill(0xEE);
            message.AsSpan(0, written).CopyTo(destination);
            begun.Written(written);
        }

        message.CopyTo(destination, 0);
        begun.Written(message.Length);
        MessageId id = new([1]);
        early.Name(begun, id);
        Assert.Null(early.Take(new MessageId([2])));
        Assert.Same(begun, early.Take(id));
        Assert.Equal(PayloadHash.Compute(message.AsSpan(BlockSignature.Size)), begun.Wait());
        Assert.Null(early.Take(id));
    }

    [Fact]
    public void A_message_that_does_not_decompress_ends_the_thread_and_begins_no_other_hash()
    {
        BlockHandlerFixture fixture = Fixture(inTime: true);
        string topic = fixture.Topic(PayloadVersion.V4);
        byte[] cut = Block(1).Encode(PayloadVersion.V4)[..^1];
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(BlockInvalidReason.BrokenSnappyEncoding, fixture.Check(topic, cut).Reason);
        }

        Assert.Single(_begun);
        Assert.All(_threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public void A_known_block_under_a_hundred_encodings_wastes_one_hash()
    {
        BlockHandlerFixture fixture = Fixture(inTime: true);
        OpNetworkPayloadEnvelope block = Block(1);
        Assert.Equal(BlockInvalidReason.None, fixture.Check(block).Reason);
        Assert.Single(_begun);

        MessageId id = fixture.Handler.Decode(fixture.Topic(PayloadVersion.V4), block.Encode(PayloadVersion.V4)).Id;
        for (int encoding = 1; encoding <= 100; encoding++)
        {
            // Gossip knows the id, so none of them is ever checked.
            Assert.Equal(id, fixture.Handler.Decode(fixture.Topic(PayloadVersion.V4), Literals(TestBlocks.Message(block), encoding)).Id);
        }

        Assert.Equal(2, _begun.Count);

        // The next valid block goes the plain way and ends it.
        Assert.Equal(BlockInvalidReason.None, fixture.Check(Block(2)).Reason);
        Assert.Equal(2, _begun.Count);
        Assert.Equal(BlockInvalidReason.None, fixture.Check(Block(3)).Reason);
        Assert.Equal(3, _begun.Count);
    }

    [Fact]
    public void An_invalid_block_does_not_end_it()
    {
        BlockHandlerFixture fixture = Fixture(inTime: true);
        string topic = fixture.Topic(PayloadVersion.V4);
        fixture.Handler.Decode(topic, Block(1).Encode(PayloadVersion.V4));
        byte[] damaged = TestBlocks.Message(Block(2));
        damaged[^1] ^= 1;
        Assert.NotEqual(BlockInvalidReason.None, fixture.CheckDecompressed(PayloadVersion.V4, damaged).Reason);
        fixture.Handler.Decode(topic, Block(3).Encode(PayloadVersion.V4));
        Assert.Single(_begun);
    }

    [Fact]
    public void A_small_message_begins_none()
    {
        Assert.Equal(BlockInvalidReason.None, Fixture(inTime: true).Check(Block(1, size: GossipLimits.MinParallelSize / 2)).Reason);
        Assert.Empty(_begun);
    }

    [Fact]
    public async Task Checks_on_many_threads_get_the_verdict_of_one_thread()
    {
        BlockHandlerFixture fixture = new(inParallel: true);
        OpNetworkPayloadEnvelope[] blocks = [.. Enumerable.Range(1, 8).Select(number => Block(number))];
        await Task.WhenAll(blocks.Select(block => Task.Run(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(BlockInvalidReason.None, fixture.Check(block).Reason);
                byte[] damaged = TestBlocks.Message(block);
                damaged[^(i + 1)] ^= 1;
                Assert.Equal(BlockInvalidReason.Signer, fixture.CheckDecompressed(PayloadVersion.V4, damaged).Reason);
            }
        })));
    }

    private BlockHandlerFixture Fixture(bool inTime) => new(early: new EarlyHashes(hash =>
    {
        _begun.Add(hash);
        if (inTime)
        {
            OnThread(hash);
        }
    }));

    private void OnThread(EarlyHash hash)
    {
        Thread thread = new(hash.Execute);
        _threads.Add(thread);
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => hash.IsTaken, TimeSpan.FromMinutes(1)));
    }

    private static OpNetworkPayloadEnvelope Block(int number, int size = 2 * GossipLimits.MinParallelSize)
    {
        byte[][] transactions = [.. Enumerable.Range(0, size / 1_000).Select(_ => new byte[1_000])];
        new Random(number).NextBytes(transactions[0]);
        return BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V4, transactions));
    }

    /// <summary>Snappy without copies: a short literal, which every length makes another encoding, and the rest.</summary>
    private static byte[] Literals(byte[] message, int first)
    {
        byte[] prefix = new byte[Varint.MaxLength];
        int length = Varint.Write(prefix, (ulong)message.Length);
        return [.. prefix[..length], .. Literal(message[..first]), .. Literal(message[first..])];
    }

    private static byte[] Literal(byte[] bytes) =>
        [62 << 2, (byte)(bytes.Length - 1), (byte)((bytes.Length - 1) >> 8), (byte)((bytes.Length - 1) >> 16), .. bytes];
}
