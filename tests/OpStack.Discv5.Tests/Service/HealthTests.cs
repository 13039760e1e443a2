using OpStack.Discv5.Lookups;
using OpStack.Discv5.Records;
using OpStack.Discv5.Tests.Protocol;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Tests.Service;

/// <summary>A node that lives and hears nothing says so (attack-cases.md 1.3, Consensys 72315ae).</summary>
public sealed class HealthTests : IAsyncDisposable
{
    private static readonly TimeSpan DeafAfter = new Discv5Options().DeafAfter;
    private readonly FakeTimeProvider _time = new();
    private readonly FakeTransport _transport = new();
    private readonly Secp256k1PrivateKey _key = RawPeer.NewKey(new Random(1));
    private readonly BrokenRandom _random = new();
    private readonly Discv5Service _service;

    public HealthTests() => _service = new Discv5Service(
        _key, new EnrBuilder(1).Build(_key), new Discv5Options { TableRefresh = false }, time: _time, random: _random, transports: [_transport]);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task It_is_stopped_before_the_start_and_after_the_end_and_silence_is_healthy()
    {
        Assert.Equal(Discv5Health.Stopped, _service.Health);
        await _service.StartAsync();
        Assert.Equal(Discv5Health.Healthy, _service.Health);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Discv5Health.Healthy, _service.Health);
        await _service.DisposeAsync();
        Assert.Equal(Discv5Health.Stopped, _service.Health);
    }

    [Fact]
    public async Task Handled_datagrams_keep_it_healthy()
    {
        await _service.StartAsync();
        for (int i = 1; i <= 10; i++)
        {
            _transport.Put(new byte[100]);
            await Until.TrueAsync(async () => (await _service.GetMetricsAsync()).PacketsMalformed == i);
            _time.Advance(DeafAfter);
        }

        Assert.Equal(Discv5Health.Healthy, _service.Health);
        Assert.False(_service.Events.TryRead(out _));
    }

    [Fact]
    public async Task Datagrams_that_all_fail_make_it_deaf_and_one_that_does_not_heals_it()
    {
        await _service.StartAsync();
        _random.IsBroken = true;
        _transport.Put(Unreadable());
        await Until.TrueAsync(async () => (await _service.GetMetricsAsync()).LoopFaults == 1);
        _time.Advance(DeafAfter - TimeSpan.FromTicks(1));
        Assert.Equal(Discv5Health.Healthy, _service.Health);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Discv5Health.Deaf, _service.Health);
        Assert.Equal(Discv5Health.Deaf, await NextHealthAsync());

        _random.IsBroken = false;
        _transport.Put(Unreadable());
        await Until.TrueAsync(() => _service.Health == Discv5Health.Healthy);
        _time.Advance(DeafAfter);
        Assert.Equal(Discv5Health.Healthy, await NextHealthAsync());
    }

    [Fact]
    public async Task A_loop_that_stands_still_makes_it_deaf()
    {
        await _service.StartAsync();
        using ManualResetEventSlim goOn = new();
        Task<Enr> change = _service.ChangeLocalEnrAsync(_ => goOn.Wait());
        _transport.Put(new byte[100]);
        await Until.TrueAsync(() => _transport.Received == 1);

        // The reader notes it after it has been given it.
        await Until.TrueAsync(() =>
        {
            _time.Advance(DeafAfter);
            return _service.Health == Discv5Health.Deaf;
        });
        Assert.Equal(Discv5Health.Deaf, await NextHealthAsync());
        goOn.Set();
        await change;
        await Until.TrueAsync(() => _service.Health == Discv5Health.Healthy);
    }

    [Fact]
    public async Task A_socket_that_cannot_be_read_any_more_makes_it_deaf()
    {
        await _service.StartAsync();
        _transport.Break();
        await Until.TrueAsync(() => _service.Health == Discv5Health.Deaf);
        _time.Advance(DeafAfter);
        Assert.Equal(Discv5Health.Deaf, await NextHealthAsync());
    }

    /// <summary>Only a challenge of ours can answer it, which takes random bytes.</summary>
    private byte[] Unreadable() => RawPeer.Unreadable(LookupTarget.Random(_random.Good), _service.LocalEnr.NodeId, _random.Good);

    private async Task<Discv5Health> NextHealthAsync()
    {
        using CancellationTokenSource guard = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (await _service.Events.ReadAsync(guard.Token) is Discv5Event.HealthChanged changed)
            {
                return changed.Health;
            }
        }
    }

    /// <summary>Stands for any defect that strikes with every packet.</summary>
    private sealed class BrokenRandom : Random
    {
        private volatile bool _isBroken;

        public Random Good { get; } = new(7);

        public bool IsBroken
        {
            get => _isBroken;
            set => _isBroken = value;
        }

        public override void NextBytes(Span<byte> buffer)
        {
            if (_isBroken)
            {
                throw new InvalidOperationException("a defect");
            }

            base.NextBytes(buffer);
        }
    }
}
