using System.Collections.Concurrent;
using System.Text;
using OpStack.Discv5.Protocol;

namespace OpStack.Discv5;

/// <summary>Talk handlers run on the thread pool, a bounded number at a time; a request beyond that is dropped and times out at the peer.</summary>
public sealed partial class Discv5Service
{
    private readonly ConcurrentDictionary<string, TalkHandler> _talkHandlers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _talkSlots = new(Discv5Limits.MaxTalkHandlers);
    private long _talkRequestsDropped;
    private long _talkHandlerFaults;

    /// <summary>Sets the handler of a talk protocol; it replaces an earlier one. Unknown protocols get an empty answer.</summary>
    /// <param name="protocol">Name, 1 to 64 bytes in UTF-8.</param>
    /// <param name="handler">Answers requests; null removes the handler.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public void RegisterTalkHandler(string protocol, TalkHandler? handler)
    {
        string key = Key(TalkName(protocol));
        if (handler is null)
            _talkHandlers.TryRemove(key, out _);
        else
            _talkHandlers[key] = handler;
    }

    private static byte[] TalkName(string protocol)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        byte[] name = Encoding.UTF8.GetBytes(protocol);
        return name.Length <= Discv5Limits.MaxTalkProtocol
            ? name
            : throw new ArgumentException($"A name takes at most {Discv5Limits.MaxTalkProtocol} bytes.", nameof(protocol));
    }

    /// <summary>Names are bytes; a peer's need not be text.</summary>
    private static string Key(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name);

    private void StartTalkHandler(ProtocolOutput.TalkRequested request)
    {
        if (!_talkHandlers.TryGetValue(Key(request.Protocol.Span), out TalkHandler? handler))
        {
            _core.Handle(new ProtocolInput.TalkAnswer(request, ReadOnlyMemory<byte>.Empty), Now, _outputs);
        }
        else if (_talkSlots.Wait(0))
        {
            CancellationToken stopping = _stopping.Token; // A handler may outlive disposal, and with it the source of this.
            _ = Task.Run(() => AnswerAsync(request, handler, stopping), CancellationToken.None);
        }
        else
        {
            Interlocked.Increment(ref _talkRequestsDropped);
        }
    }

    private async Task AnswerAsync(ProtocolOutput.TalkRequested request, TalkHandler handler, CancellationToken stopping)
    {
        try
        {
            ReadOnlyMemory<byte> response = await CallHandlerAsync(request, handler, stopping).ConfigureAwait(false);
            await PostAsync(new LoopItem { Input = new ProtocolInput.TalkAnswer(request, response) }, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or Discv5Exception)
        {
            // The service ends; the peer gets no answer.
        }
        finally
        {
            _talkSlots.Release();
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> CallHandlerAsync(
        ProtocolOutput.TalkRequested request, TalkHandler handler, CancellationToken stopping)
    {
        try
        {
            TalkQuery asked = new(request.From.NodeId, request.From.EndPoint, request.Payload);
            ReadOnlyMemory<byte> response = await handler(asked, stopping).ConfigureAwait(false);
            return response.Length <= Discv5Limits.MaxTalkPayload
                ? response
                : throw new InvalidOperationException($"The answer has {response.Length} bytes; at most {Discv5Limits.MaxTalkPayload} fit.");
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            Interlocked.Increment(ref _talkHandlerFaults);
            Discv5Log.TalkHandlerFault(_logger, Key(request.Protocol.Span), e);
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    /// <summary>All slots free means no handler runs.</summary>
    private async Task WaitForTalkHandlersAsync()
    {
        using CancellationTokenSource timeout = new(Discv5Limits.DisposeTimeout, _time);
        try
        {
            for (int i = 0; i < Discv5Limits.MaxTalkHandlers; i++)
                await _talkSlots.WaitAsync(timeout.Token).ConfigureAwait(false);
            _talkSlots.Release(Discv5Limits.MaxTalkHandlers);
            _talkSlots.Dispose();
        }
        catch (OperationCanceledException)
        {
            Discv5Log.TalkHandlerStuck(_logger, Discv5Limits.DisposeTimeout.TotalSeconds);
        }
    }
}
