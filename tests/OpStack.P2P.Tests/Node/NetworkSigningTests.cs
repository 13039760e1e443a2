using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Node;

/// <summary>Learning whose blocks are valid, and a signer that is down at the start.</summary>
public sealed class NetworkSigningTests
{
    [Fact]
    public async Task The_source_is_read_at_the_start_until_it_answers_and_then_at_its_interval()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        FakeSource source = new() { Answer = null };
        await using TestNetwork network = await TestNetwork.StartAsync(
            config => config with { SignerSource = source, Discovery = false, SyncByNumber = false }, builder => builder.WithTimeProvider(time));
        await ReadAsync(source, 1);
        await Until.TrueAsync(() => network.Part(NetworkPart.SignerSource).State == PartState.Failing);
        Assert.Equal(TestBlocks.Sequencer, network.Gossip.UnsafeBlockSigner); // That of the configuration stays.

        source.Answer = DriverNode.AddressOf(5);
        await AdvanceAsync(time, source, TimeSpan.FromSeconds(10), 2);
        await Until.TrueAsync(() => network.Gossip.UnsafeBlockSigner == DriverNode.AddressOf(5));
        await Until.TrueAsync(() => network.Part(NetworkPart.SignerSource).State == PartState.Running);

        source.Answer = DriverNode.AddressOf(6);
        await AdvanceAsync(time, source, TimeSpan.FromMinutes(10), 3);
        await Until.TrueAsync(() => network.Gossip.UnsafeBlockSigner == DriverNode.AddressOf(6));
        Assert.Equal(1, network.Part(NetworkPart.SignerSource).Faults);
    }

    [Fact]
    public async Task A_loop_that_throws_is_told_and_begun_again()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        FakeSource source = new() { Answer = DriverNode.AddressOf(5), IntervalThrows = true };
        await using TestNetwork network = await TestNetwork.StartAsync(
            config => config with { SignerSource = source, Discovery = false, SyncByNumber = false }, builder => builder.WithTimeProvider(time));
        await Until.TrueAsync(() => network.Part(NetworkPart.SignerSource).LastFault == "no interval");
        source.IntervalThrows = false;
        await AdvanceAsync(time, source, TimeSpan.FromSeconds(1), 2);
        await Until.TrueAsync(() => network.Part(NetworkPart.SignerSource) is { State: PartState.Running, Faults: 1 });
    }

    [Fact]
    public async Task A_signer_that_is_down_at_the_start_is_told_and_keeps_nothing_from_starting()
    {
        using FakeSigner signer = new() { Health = new IOException("connection refused") };
        await using TestNetwork network = await TestNetwork.StartAsync(config => config with { Signer = signer, Discovery = false });
        await Until.TrueAsync(() => network.Part(NetworkPart.Signer).State == PartState.Failing);
        Assert.Equal("connection refused", network.Part(NetworkPart.Signer).LastFault);
        await network.Handler.PublishAsync(DriverNode.Block(1));
        Assert.Equal(PartState.Running, network.Part(NetworkPart.Signer).State);
    }

    private static Task ReadAsync(FakeSource source, int times) => Until.TrueAsync(() => source.Reads == times);

    /// <summary>Nothing is read a moment before, and once then.</summary>
    private static async Task AdvanceAsync(FakeTimeProvider time, FakeSource source, TimeSpan pause, int reads)
    {
        // The pause has begun once nothing else moves: its timer is the only one that is due at its end and not before.
        await Until.TrueAsync(() => time.HasTimerIn(pause));
        time.Advance(pause - TimeSpan.FromTicks(1));
        Assert.Equal(reads - 1, source.Reads);
        time.Advance(TimeSpan.FromTicks(1));
        await ReadAsync(source, reads);
    }

    private sealed class FakeSource : IUnsafeBlockSignerSource
    {
        private int _reads;

        public Address? Answer { get; set; }

        /// <summary>Once the network has been built.</summary>
        public bool IntervalThrows { get; set; }

        public TimeSpan ReloadInterval =>
            IntervalThrows && Reads > 0 ? throw new InvalidOperationException("no interval") : TimeSpan.FromMinutes(10);

        public int Reads => Volatile.Read(ref _reads);

        public ValueTask<Address> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return Answer is { } answer ? new ValueTask<Address>(answer) : throw new IOException("L1 is down");
        }
    }
}
