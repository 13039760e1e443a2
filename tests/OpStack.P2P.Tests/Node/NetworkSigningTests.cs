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
        Assert.Null(network.Gossip.Signers.Previous); // A stale signer of the configuration has no grace.

        source.Answer = DriverNode.AddressOf(6);
        await AdvanceAsync(time, source, TimeSpan.FromMinutes(10), 3);
        await Until.TrueAsync(() => network.Gossip.UnsafeBlockSigner == DriverNode.AddressOf(6));
        Assert.Equal(1, network.Part(NetworkPart.SignerSource).Faults);
        Assert.Equal(DriverNode.AddressOf(5), network.Gossip.Signers.Previous);
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

    [Fact]
    public async Task A_signer_that_is_down_is_asked_again_after_longer_and_longer_pauses_until_it_is_well()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        using FakeSigner signer = new() { Health = new IOException("connection refused") };
        await using TestNetwork network = await TestNetwork.StartAsync(
            config => config with { Signer = signer, Discovery = false, SyncByNumber = false }, builder => builder.WithTimeProvider(time));
        foreach ((int asked, int pause) in new[] { (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60) })
        {
            await Until.TrueAsync(() => signer.HealthCalls == asked && time.HasTimerIn(TimeSpan.FromSeconds(pause)));
            Assert.Equal((PartState.Failing, (long)asked), (network.Part(NetworkPart.Signer).State, network.Part(NetworkPart.Signer).Faults));
            signer.Health = asked < 8 ? signer.Health : null;
            time.Advance(TimeSpan.FromSeconds(pause));
        }

        await Until.TrueAsync(() => network.Part(NetworkPart.Signer).State == PartState.Running);
        Assert.Equal((9, 8L), (signer.HealthCalls, network.Part(NetworkPart.Signer).Faults));
    }

    [Fact]
    public async Task A_signer_that_has_signed_is_not_asked_for_its_health_again()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        using FakeSigner signer = new() { Health = new IOException("no such method") };
        await using TestNetwork network = await TestNetwork.StartAsync(
            config => config with { Signer = signer, Discovery = false, SyncByNumber = false }, builder => builder.WithTimeProvider(time));
        await Until.TrueAsync(() => signer.HealthCalls == 1 && time.HasTimerIn(TimeSpan.FromSeconds(1)));
        await network.Handler.PublishAsync(DriverNode.Block(1));
        for (int i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await network.DisposeAsync();
        Assert.Equal((1, 1L), (signer.HealthCalls, network.Part(NetworkPart.Signer).Faults));
    }

    [Fact]
    public async Task A_signer_that_never_answers_holds_the_blocks_up_for_a_minute_each_and_not_the_stop()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        using FakeSigner signer = new() { Hangs = true };
        await using TestNetwork network = await TestNetwork.StartAsync(
            config => config with { Signer = signer, Discovery = false, SyncByNumber = false }, builder => builder.WithTimeProvider(time));
        await network.Handler.Payloads.WriteAsync(DriverNode.Block(1));
        await network.Handler.Payloads.WriteAsync(DriverNode.Block(2));
        await Until.TrueAsync(() => signer.Calls == 1);
        DateTimeOffset asked = time.GetUtcNow();
        await Until.TrueAsync(() =>
        {
            bool isNext = signer.Calls >= 2 && network.Handler.SkippedPayloads >= 1;
            time.Advance(TimeSpan.FromSeconds(isNext ? 0 : 1)); // The minute begins at some time after the call.
            return isNext;
        });
        Assert.True(time.GetUtcNow() - asked >= TimeSpan.FromSeconds(60));
        Assert.Equal(PartState.Failing, network.Part(NetworkPart.Signer).State);
        await network.DisposeAsync(); // In no time.
    }

    [Fact]
    public async Task A_loop_that_is_stuck_in_the_hosts_code_is_left_behind()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        TaskCompletionSource<Address> never = new();
        TestNetwork network = await TestNetwork.StartAsync(
            config => config with { SignerSource = new FakeSource { Never = never.Task }, Discovery = false, SyncByNumber = false },
            builder => builder.WithTimeProvider(time));
        Task disposal = network.DisposeAsync().AsTask();
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return disposal.IsCompleted;
        });
        await disposal;
        never.SetCanceled();
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

        /// <summary>Given instead of an answer, whatever is cancelled.</summary>
        public Task<Address>? Never { get; set; }

        /// <summary>Once the network has been built.</summary>
        public bool IntervalThrows { get; set; }

        public TimeSpan ReloadInterval =>
            IntervalThrows && Reads > 0 ? throw new InvalidOperationException("no interval") : TimeSpan.FromMinutes(10);

        public int Reads => Volatile.Read(ref _reads);

        public ValueTask<Address> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return Never is { } never ? new ValueTask<Address>(never) : Answer is { } answer ? new ValueTask<Address>(answer) : throw new IOException("L1 is down");
        }
    }
}
