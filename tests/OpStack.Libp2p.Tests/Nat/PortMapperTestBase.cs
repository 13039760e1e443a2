using OpStack.Libp2p.Nat;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat;

/// <summary>One mapper for a TCP and a UDP port, in virtual time; real time is a hang guard only.</summary>
public abstract class PortMapperTestBase : IAsyncLifetime
{
    protected static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private protected static readonly PortToMap Tcp = new(TransportProtocol.Tcp, 9222);
    private protected static readonly PortToMap Udp = new(TransportProtocol.Udp, 9223);

    private readonly List<PortMapper> _mappers = [];

    private protected FakeTimeProvider Time { get; } = new();

    private protected TestLog Log { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (PortMapper mapper in _mappers)
        {
            await StopAsync(mapper);
        }
    }

    private protected PortMapper Start(Func<GatewayLocation?> find, PortMapperOptions? options = null)
    {
        PortMapper mapper = new([Tcp, Udp], options, Time, Log, find);
        _mappers.Add(mapper);
        mapper.Start();
        return mapper;
    }

    /// <summary>Disposes it, and lets the time of its last questions pass.</summary>
    private protected async Task StopAsync(PortMapper mapper)
    {
        Task disposal = mapper.DisposeAsync().AsTask();
        await AdvanceUntil(() => disposal.IsCompleted);
        await disposal;
    }

    private protected async Task AdvanceUntil(Func<bool> condition, double seconds = 0.25) => await Until.TrueAsync(() =>
    {
        bool holds = condition();
        if (!holds)
        {
            Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        return holds;
    });

    /// <summary>The same, but no time passes while the mapper waits for an answer: that one comes in real time.</summary>
    private protected async Task RestUntil(PortMapper mapper, Func<bool> condition) => await Until.TrueAsync(() =>
    {
        bool holds = condition();
        if (!holds && mapper.IsResting && Time.ActiveTimers == 1 && mapper.IsResting)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        return holds;
    });

    /// <summary>Lets the time pass in which a silent gateway is asked four times by PCP and four times by NAT-PMP, question by question.</summary>
    private protected async Task PassSilence(FakeGateway silent)
    {
        foreach ((int asked, int wait) in new[] { (1, 250), (2, 500), (3, 1000), (4, 2000), (5, 250), (6, 500), (7, 1000), (8, 2000) })
        {
            await Until.TrueAsync(() => silent.Requests.Count == asked && Time.ActiveTimers == 1);
            Time.Advance(TimeSpan.FromMilliseconds(wait));
        }
    }

    /// <summary>Waits until the mapper holds so many mappings and rests: then the only timer is that of its rest.</summary>
    private protected Task UntilAsleep(PortMapper mapper, int mappings = 2) =>
        Until.TrueAsync(() => mapper.IsResting && Time.ActiveTimers == 1 && mapper.IsResting && mapper.Current.Mappings.Count == mappings);
}
