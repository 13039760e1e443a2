using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections.Faults;

/// <summary>Names in addresses whose look-up fails in every way there is: attack-cases.md row 32, and issue 9.</summary>
[Trait("Row", "32")]
public sealed class NameFaultTests : SwarmTestBase
{
    private readonly TaskCompletionSource<IPAddress[]> _never = new();

    /// <summary>What a look-up does.</summary>
    public enum LookUp
    {
        Fails,
        Throws,
        HasNothing,
        IsCancelled,
        Hangs,
    }

    public static TheoryData<string, LookUp> Cases
    {
        get
        {
            TheoryData<string, LookUp> cases = [];
            foreach (string kind in new[] { "dns", "dns4", "dns6", "dnsaddr" })
            {
                foreach (LookUp lookUp in Enum.GetValues<LookUp>())
                {
                    cases.Add(kind, lookUp);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_name_that_leads_nowhere_is_a_reason_after_the_dial_timeout_at_most_and_costs_no_other_address(string kind, LookUp lookUp)
    {
        Node listener = Create("127.0.0.2");
        using KeyPair key = KeyPair.GenerateEd25519();
        await using Swarm dialler = new(key, null, Time, null, (_, _, _) => AnswerAsync(lookUp), null, (_, _) => TextsAsync(lookUp), Network.At("127.0.0.1"));
        Multiaddr named = Multiaddr.Parse(kind == "dnsaddr" ? $"/dnsaddr/bad.test/p2p/{listener.Id}" : $"/{kind}/bad.test/tcp/1/p2p/{listener.Id}");

        Task dial = dialler.DialAsync(named).AsTask();
        if (lookUp == LookUp.Hangs)
        {
            await Until.TrueAsync(() => Time.HasTimerIn(TimeSpan.FromSeconds(10)));
            Time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
            Assert.False(dial.IsCompleted);
            Time.Advance(TimeSpan.FromTicks(1));
        }

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => dial.WaitAsync(Guard));
        Assert.Equal(lookUp == LookUp.Hangs ? Libp2pError.Timeout : Libp2pError.DialFailed, e.Error);
        await Until.TrueAsync(() => dialler is { RunningTasks: 0, Statistics: { DialsNow: 0, QueuedDialsNow: 0 } });

        await dialler.DialAsync(listener.Id, [named, listener.Address]).AsTask().WaitAsync(Guard);
        Assert.Equal([listener.Id], dialler.ConnectedPeers);
        await dialler.DisconnectAsync(listener.Id).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => dialler.RunningTasks == 0);
    }

    [Theory]
    [InlineData("/dns4/hangs.test/tcp/1")]
    [InlineData("/dnsaddr/hangs.test")]
    public async Task Twenty_look_ups_that_hang_are_left_behind_by_their_callers_and_by_the_end_of_the_swarm(string name)
    {
        int asked = 0;
        using KeyPair key = KeyPair.GenerateEd25519();
        Swarm dialler = new(key, null, Time, null, (_, _, _) => Hang(_never.Task), null, (_, _) => Hang(new TaskCompletionSource<IReadOnlyList<string>>().Task), Network.At("127.0.0.1"));
        using CancellationTokenSource impatient = new();
        Task[] dials =
        [
            .. Enumerable.Range(0, 20).Select(i => dialler.DialAsync(
                Multiaddr.Parse($"{name}/p2p/{TestPeers.NewId()}"), i < 10 ? impatient.Token : default).AsTask()),
        ];
        await Until.TrueAsync(() => Volatile.Read(ref asked) == 16 && dialler.Statistics is { DialsNow: 16, QueuedDialsNow: 4 });

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(dials[..10]).WaitAsync(Guard));
        await dialler.DisposeAsync().AsTask().WaitAsync(Guard);
        foreach (Task dial in dials[10..])
        {
            Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => dial.WaitAsync(Guard))).Error);
        }

        // Those left behind count among the look-ups under way: never more than dials may be.
        Assert.Equal(16, Volatile.Read(ref asked));
        Assert.Equal(0, dialler.RunningTasks);

        Task<T> Hang<T>(Task<T> never)
        {
            Interlocked.Increment(ref asked);
            return never;
        }
    }

    private Task<IPAddress[]> AnswerAsync(LookUp lookUp) => lookUp switch
    {
        LookUp.Fails => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)),
        LookUp.Throws => throw new InvalidOperationException("of the test"),
        LookUp.HasNothing => Task.FromResult<IPAddress[]>([]),
        LookUp.IsCancelled => Task.FromCanceled<IPAddress[]>(new CancellationToken(canceled: true)),
        _ => _never.Task,
    };

    private async Task<IReadOnlyList<string>> TextsAsync(LookUp lookUp)
    {
        await AnswerAsync(lookUp);
        return [];
    }
}
