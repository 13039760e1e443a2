using System.Buffers;
using System.Net;
using System.Threading.Channels;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Udp;

namespace OpStack.Discv5;

/// <summary>The loop that owns the core, and the tasks that read the sockets for it.</summary>
public sealed partial class Discv5Service
{
    private readonly Channel<LoopItem> _items =
        Channel.CreateBounded<LoopItem>(new BoundedChannelOptions(Discv5Limits.MaxLoopItems) { SingleReader = true });

    private readonly List<ProtocolOutput> _outputs = [];
    private readonly ITimer _timer;
    private readonly long _started;
    private TimeSpan _armedFor = TimeSpan.MaxValue;
    private int _wakePending;
    private long _datagramsDropped;
    private long _sendFailures;
    private long _faults;

    private TimeSpan Now => _time.GetElapsedTime(_started);

    private async Task ReceiveAsync(IUdpTransport transport)
    {
        byte[] buffer = Rent();
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                UdpDatagram datagram = await transport.ReceiveAsync(buffer, _stopping.Token).ConfigureAwait(false);
                OnReceived();
                if (_items.Writer.TryWrite(new LoopItem(null, null, buffer, datagram)))
                    buffer = Rent();
                else
                    Interlocked.Increment(ref _datagramsDropped);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The way the service ends.
        }
        catch (ObjectDisposedException) when (_stopping.IsCancellationRequested)
        {
            // The socket was closed first.
        }
        catch (Exception e)
        {
            _receiveEnded = true;
            Interlocked.Increment(ref _faults);
            Discv5Log.ReceiveEnded(_logger, transport.LocalEndPoint, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task RunLoopAsync()
    {
        RunDeadlines();
        Arm();
        while (await _items.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            // After the end was asked for, what still waits is failed by FailItemsLeft.
            while (!_stopping.IsCancellationRequested && _items.Reader.TryRead(out LoopItem item))
            {
                Run(item);
                RunDeadlines();
            }

            if (_stopping.IsCancellationRequested)
                break;
            Arm();
        }

        Step("stop", static (core, _, now, outputs) => core.Stop(now, outputs), default);
    }

    private void Run(LoopItem item)
    {
        if (item.Buffer is { } buffer)
        {
            bool isHandled = Step("datagram", static (core, i, now, outputs) =>
                core.Receive(i.Datagram.Source, i.Buffer.AsSpan(0, i.Datagram.Length), now, outputs), item);
            ArrayPool<byte>.Shared.Return(buffer);
            if (isHandled)
                OnHandled();
        }
        else if (item.Input is not null)
        {
            Step(item.Input.GetType().Name, static (core, i, now, outputs) => core.Handle(i.Input!, now, outputs), item);
        }
        else if (item.Read is not null)
        {
            Step("read", static (core, i, _, _) => i.Read!(core), item);
        }
        else
        {
            Volatile.Write(ref _wakePending, 0);
            _armedFor = TimeSpan.MaxValue;
        }
    }

    private void RunDeadlines()
    {
        if (Now >= _core.NextDeadline)
            Step("deadline", static (core, _, now, outputs) => core.Tick(now, outputs), default);
    }

    /// <summary>
    /// One step of the core, whatever it throws: a service that one packet can end is a service anyone can end (attack-cases 1.3). False if it threw.
    /// </summary>
    private bool Step(string name, Action<Discv5Protocol, LoopItem, TimeSpan, List<ProtocolOutput>> step, LoopItem item)
    {
        bool isDone = true;
        try
        {
            step(_core, item, Now, _outputs);
        }
        catch (Exception e)
        {
            isDone = false;
            Interlocked.Increment(ref _faults);
            if (item.Buffer is not null)
                Discv5Log.DatagramFault(_logger, item.Datagram.Length, item.Datagram.Source, e);
            else
                Discv5Log.CoreFault(_logger, name, e);
            Fail(item, Discv5Error.Stopped);
        }

        // By index: an empty answer to a TALKREQ is added on the way.
        for (int i = 0; i < _outputs.Count; i++)
            Do(_outputs[i]);
        _outputs.Clear();
        return isDone;
    }

    private void Do(ProtocolOutput output)
    {
        switch (output)
        {
            case ProtocolOutput.Send send:
                Send(send.To, send.Datagram.Span);
                break;
            case ProtocolOutput.Completed completed:
                ((TaskCompletionSource<RequestOutcome>)completed.Caller).TrySetResult(completed.Outcome);
                break;
            case ProtocolOutput.TalkRequested request:
                StartTalkHandler(request);
                break;
            case ProtocolOutput.Raise raise:
                Raise(raise.Event);
                break;
        }
    }

    private void Send(IPEndPoint to, ReadOnlySpan<byte> datagram)
    {
        foreach (IUdpTransport transport in _transports)
        {
            if (transport.CanSendTo(to) && transport.TrySend(datagram, to))
                return;
        }

        Interlocked.Increment(ref _sendFailures);
        Discv5Log.SendFailed(_logger, datagram.Length, to);
    }

    private void Raise(Discv5Event raised)
    {
        switch (raised)
        {
            case Discv5Event.LocalEnrUpdated updated:
                Volatile.Write(ref _localEnr, updated.Record);
                Discv5Log.LocalEnrUpdated(_logger, updated.Record.ToString());
                break;
            case Discv5Event.SessionEstablished session:
                Discv5Log.SessionEstablished(_logger, session.Record.NodeId, session.EndPoint, session.Outbound);
                break;
            case Discv5Event.AddressTried { IsReachable: true } tried:
                Discv5Log.AddressConfirmed(_logger, tried.EndPoint);
                break;
            case Discv5Event.AddressTried tried:
                Discv5Log.AddressRefuted(_logger, tried.EndPoint);
                break;
        }

        _events.Writer.TryWrite(raised);
    }

    /// <summary>Sets the timer to the core's next deadline, rounded up: a timer counts whole milliseconds.</summary>
    private void Arm()
    {
        TimeSpan next = _core.NextDeadline;
        if (next == _armedFor)
            return;
        _armedFor = next;
        double left = Math.Clamp(Math.Ceiling((next - Now).TotalMilliseconds), 0, int.MaxValue);
        _timer.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Any thread. When the channel is full the loop is awake, and looks at its deadlines after every item.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0 && !_items.Writer.TryWrite(default))
            Volatile.Write(ref _wakePending, 0);
    }

    private void FailItemsLeft()
    {
        while (_items.Reader.TryRead(out LoopItem item))
        {
            if (item.Buffer is { } buffer)
                ArrayPool<byte>.Shared.Return(buffer);
            Fail(item, Discv5Error.Stopped);
        }
    }

    private static void Fail(LoopItem item, Discv5Error error)
    {
        item.Caller?.TrySetResult(new RequestOutcome.Failed(error));
        item.Read?.Invoke(null);
    }

    /// <summary>One byte more than the largest packet, so that a longer one is seen as such.</summary>
    private static byte[] Rent() => ArrayPool<byte>.Shared.Rent(Discv5Limits.ReceiveBufferSize);

    /// <summary>A datagram, a command, a look at the core's state (null when the service ended first), or, when empty, the timer.</summary>
    private readonly record struct LoopItem(ProtocolInput? Input, Action<Discv5Protocol?>? Read, byte[]? Buffer, UdpDatagram Datagram)
    {
        public TaskCompletionSource<RequestOutcome>? Caller { get; init; }
    }
}
