using OpStack.P2P.Tests.Gossip;

namespace OpStack.P2P.Tests.Node;

/// <summary>What a network that stops says of its parts meanwhile: for the health check and the metric of their state.</summary>
public sealed class PartStopTests
{
    [Fact]
    public async Task Gossip_is_running_until_its_driver_has_stopped()
    {
        StopWatcher source = new();
        TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false, SignerSource = source });
        source.StateOfGossip = () => us.Handler.Parts.Single(part => part.Part == NetworkPart.Gossip).State;
        await source.Asked.WaitAsync(DriverNode.Patience);

        await us.DisposeAsync();
        Assert.Equal(PartState.Running, await source.SeenAtItsEnd.WaitAsync(DriverNode.Patience));
        Assert.All(us.Handler.Parts, part => Assert.Equal(PartState.Off, part.State));
    }

    /// <summary>A source that answers when it is stopped, which comes before gossip is, and looks around then.</summary>
    private sealed class StopWatcher : IUnsafeBlockSignerSource
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<PartState> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<PartState>? StateOfGossip { get; set; }

        public Task Asked => _asked.Task;

        public Task<PartState> SeenAtItsEnd => _seen.Task;

        public TimeSpan ReloadInterval => TimeSpan.FromDays(1);

        public async ValueTask<OpStack.Primitives.Address> ReadAsync(CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                _seen.TrySetResult(StateOfGossip!());
            }

            return default;
        }
    }
}
