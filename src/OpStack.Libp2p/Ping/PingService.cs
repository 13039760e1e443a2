using System.Security.Cryptography;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Ping;

/// <summary>The ping protocol (libp2p specs, ping; wire.md section 8): echoes 32 bytes as often as asked, and measures round trips.</summary>
/// <param name="host">Carries the streams.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="fillRandom">Fills the pings we send; a peer must not be able to guess them.</param>
internal sealed class PingService(IProtocolHost host, TimeProvider time, Action<Span<byte>> fillRandom)
{
    public const string Protocol = "/ipfs/ping/1.0.0";

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, int> _inbound = [];

    public PingService(IProtocolHost host, TimeProvider time)
        : this(host, time, RandomNumberGenerator.Fill)
    {
    }

    /// <summary>Serves inbound pings from now on.</summary>
    public void Start() => host.SetStreamHandler(Protocol, AnswerAsync);

    /// <summary>Measures one round trip to a connected peer, the opening of the stream not counted.</summary>
    /// <exception cref="Libp2pException">
    /// Timeout after 10 seconds; ProtocolViolation when the echo is wrong or missing; otherwise as
    /// <see cref="IProtocolHost.OpenStreamAsync"/>.
    /// </exception>
    public async ValueTask<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(PingLimits.Deadline, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            ProtocolStream stream = await host.OpenStreamAsync(peer, [Protocol], either.Token).ConfigureAwait(false);
            await using (stream.Bytes.ConfigureAwait(false))
            {
                return await MeasureAsync(stream.Bytes, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new Libp2pException(Libp2pError.Timeout, "The peer did not answer a ping in time.", exception);
        }
    }

    private async ValueTask<TimeSpan> MeasureAsync(IByteStream stream, CancellationToken cancellationToken)
    {
        byte[] ping = new byte[PingLimits.Size];
        byte[] echo = new byte[PingLimits.Size];
        fillRandom(ping);
        long start = time.GetTimestamp();
        await stream.WriteAsync(ping, cancellationToken).ConfigureAwait(false);
        if (!await TryFillAsync(stream, echo, cancellationToken).ConfigureAwait(false) || !ping.AsSpan().SequenceEqual(echo))
        {
            stream.Abort();
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The peer did not echo a ping.");
        }

        TimeSpan elapsed = time.GetElapsedTime(start);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        return elapsed;
    }

    private async Task AnswerAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        await using (stream.Bytes.ConfigureAwait(false))
        {
            if (!TryEnter(stream.Peer))
            {
                stream.Bytes.Abort();
                return;
            }

            try
            {
                await EchoAsync(stream.Bytes, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Leave(stream.Peer);
            }
        }
    }

    /// <summary>Echoes until the peer closes its side or rests for too long.</summary>
    private async Task EchoAsync(IByteStream stream, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        TokenBucket rate = new(PingLimits.Burst, PingLimits.Interval, TimeSpan.Zero);
        byte[] ping = new byte[PingLimits.Size];
        using CancellationTokenSource idle = new(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            do
            {
                while (!rate.TryTake(time.GetElapsedTime(start)))
                {
                    // Rounded up, because a timer cuts to milliseconds and would spin through the last one.
                    double wait = Math.Ceiling(rate.NextIn(time.GetElapsedTime(start)).TotalMilliseconds);
                    await Task.Delay(TimeSpan.FromMilliseconds(wait), time, cancellationToken).ConfigureAwait(false);
                }

                idle.CancelAfter(PingLimits.IdleTimeout);
            }
            while (await TryEchoAsync(stream, ping, either.Token).ConfigureAwait(false));

            await stream.CloseWriteAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            stream.Abort();
        }
    }

    private static async ValueTask<bool> TryEchoAsync(IByteStream stream, byte[] ping, CancellationToken cancellationToken)
    {
        if (!await TryFillAsync(stream, ping, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await stream.WriteAsync(ping, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>False when the stream ends first.</summary>
    private static async ValueTask<bool> TryFillAsync(IByteStream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }

    private bool TryEnter(PeerId peer)
    {
        lock (_gate)
        {
            int count = _inbound.GetValueOrDefault(peer);
            if (count == PingLimits.MaxInboundStreams)
            {
                return false;
            }

            _inbound[peer] = count + 1;
            return true;
        }
    }

    private void Leave(PeerId peer)
    {
        lock (_gate)
        {
            int count = _inbound[peer] - 1;
            if (count == 0)
            {
                _inbound.Remove(peer);
            }
            else
            {
                _inbound[peer] = count;
            }
        }
    }
}
