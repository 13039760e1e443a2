using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>Where a handshake is to break, and how.</summary>
/// <param name="At">The read or write of the side, counted from 0.</param>
/// <param name="Fault">What happens there.</param>
/// <param name="AtDialler">On which side.</param>
internal sealed record FaultyHandshake(int At, TransportFault Fault, bool AtDialler)
{
    /// <summary>Whether the fault happened before both sides had come through and said goodbye.</summary>
    public bool WasReached { get; private set; }

    /// <summary>Whether both sides came through.</summary>
    public bool CameThrough { get; private set; }

    /// <summary>Runs it to the end of both sides, closes what came through, and checks that nothing of it is left.</summary>
    public async Task RunAsync(HandshakePath dialler, HandshakePath listener, IByteStream a, IByteStream b, FakeTimeProvider time)
    {
        FaultyStream ours = new(a, AtDialler ? At : -1, Fault), theirs = new(b, AtDialler ? -1 : At, Fault);
        Task reached = AtDialler ? ours.Reached : theirs.Reached;
        Task<PeerConnection> dial = dialler.UpgradeAsync(ours, listener.Id), accept = listener.UpgradeAsync(theirs);
        Task both = Task.WhenAll(dial, accept);
        await Task.WhenAny(both, reached).WaitAsync(StreamReading.HangGuard);
        if (Fault == TransportFault.Stall && reached.IsCompleted)
        {
            // What stands still does so until the deadline, and no longer.
            time.Advance(HandshakePath.Deadline);
        }

        await ((Task)both.WaitAsync(StreamReading.HangGuard)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        CameThrough = both.IsCompletedSuccessfully;
        await Task.WhenAll(EndAsync(dial), EndAsync(accept)).WaitAsync(StreamReading.HangGuard);
        WasReached = reached.IsCompleted;
        Assert.True(ours.IsReleased && theirs.IsReleased);

        // A wait with a deadline ends a moment before it lets go of its timer.
        await Until.TrueAsync(() => time.ActiveTimers == 0);
    }

    /// <summary>A side that came through is closed, loops and all; one that did not has said why in its own words.</summary>
    private static async Task EndAsync(Task<PeerConnection> side)
    {
        if (side.IsCompletedSuccessfully)
        {
            side.Result.Muxer.Abort();
            await side.Result.DisposeAsync();
            Assert.True(side.Result.Muxer.Completion.IsCompletedSuccessfully);
        }
        else
        {
            Exception? reason = side.Exception?.InnerException;
            Assert.True(
                side.IsCanceled || reason is Libp2pException { Error: Libp2pError.HandshakeFailed or Libp2pError.NegotiationFailed or Libp2pError.ConnectionClosed },
                reason?.ToString());
        }
    }
}
