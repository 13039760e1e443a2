using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpStack.P2P.Metrics;
using OpStack.P2P.Rpc;
using OpStack.P2P.Rpc.Protocol;

namespace OpStack.P2P;

/// <summary>
/// The RPC of a node without a transport: op-node's <c>opp2p_*</c> methods, kona's, and <c>admin_postUnsafePayload</c>, in JSON-RPC 2.0
/// (docs/rpc.md). Any thread.
/// </summary>
public sealed class OpP2PRpc
{
    private readonly IOpP2PApi _api;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RpcMeasurements? _measurements;
    private int _running;

    /// <param name="api">Answers the calls.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="time">Counts deadlines.</param>
    /// <param name="logger">Events 2940 on.</param>
    /// <param name="measurements">Told of every call; null when nobody measures.</param>
    internal OpP2PRpc(IOpP2PApi api, RpcOptions options, TimeProvider time, ILogger logger, RpcMeasurements? measurements = null)
    {
        _api = api;
        Options = options;
        _time = time;
        _logger = logger;
        _measurements = measurements;
    }

    /// <summary>What is offered, and how much of it at once.</summary>
    public RpcOptions Options { get; }

    /// <summary>
    /// Answers one body, a call or a batch. Whatever is in it, the answer is a body of JSON-RPC, at most
    /// <see cref="RpcOptions.MaxResponseBytes"/> of results long; null when there were only notifications. The body must stay as it is until
    /// the answer is there. Throws only <see cref="OperationCanceledException"/>, when the caller cancels.
    /// </summary>
    /// <param name="body">JSON as UTF-8.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<byte[]?> HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (body.Length > Options.MaxBodyBytes)
        {
            return Refuse(body, default, RpcFault.BodyTooLarge(body.Length, Options.MaxBodyBytes));
        }

        if (Interlocked.Increment(ref _running) > Options.MaxConcurrent)
        {
            Interlocked.Decrement(ref _running);
            return Refuse(body, default, RpcFault.TooManyRequests);
        }

        try
        {
            return await AnswerAsync(body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async ValueTask<byte[]?> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!RpcBodyReader.TryRead(body, Options.MaxDepth, Options.MaxBatch + 1, out RpcBody calls, out RpcFault fault))
        {
            return Refuse(body, default, fault);
        }

        if (calls.Calls.Count > Options.MaxBatch)
        {
            // Like go-ethereum, which answers an array of one with the first id: a client that waits for an array gets one.
            return Refuse(body, calls, RpcFault.BatchTooLarge);
        }

        using CancellationTokenSource deadline = new(Options.Timeout, _time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using RpcAnswer answer = new(calls.IsBatch, Options.MaxResponseBytes);
        foreach (RpcCall call in calls.Calls)
        {
            long started = _time.GetTimestamp();
            RpcFault? failed = await AnswerAsync(call, answer, linked.Token).ConfigureAwait(false);
            Measure(call.Method, failed, started, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return answer.ToBytes();
    }

    /// <summary>
    /// One after the other, as go-ethereum does: what one call changes, the next one sees. Gives what it failed by; null when it was done.
    /// </summary>
    private async ValueTask<RpcFault?> AnswerAsync(RpcCall call, RpcAnswer answer, CancellationToken cancelled)
    {
        if (!call.IsValid)
        {
            answer.AddError(call.Id, RpcFault.InvalidCall);
            return RpcFault.InvalidCall;
        }

        (Action<Utf8JsonWriter>? result, RpcFault fault) = answer.IsFull
            ? (null, RpcFault.ResponseTooLarge)
            : await RunAsync(call, cancelled).ConfigureAwait(false);
        RpcFault? failed = result is null ? fault : call.IsNotification ? null : Write(call, result, answer);
        if (failed is { } error && !call.IsNotification)
        {
            answer.AddError(call.Id, error);
        }

        return failed;
    }

    /// <summary>Writes a result; what went wrong when it cannot be written.</summary>
    private RpcFault? Write(RpcCall call, Action<Utf8JsonWriter> result, RpcAnswer answer)
    {
        try
        {
            return answer.TryAddResult(call.Id, result) ? null : RpcFault.ResponseTooLarge;
        }
        catch (Exception e)
        {
            _logger.MethodFailed(e, call.Method);
            return RpcFault.Internal;
        }
    }

    /// <summary>Runs a method; null and the error when it came to nothing. Never throws.</summary>
    private async ValueTask<(Action<Utf8JsonWriter>? Result, RpcFault Fault)> RunAsync(RpcCall call, CancellationToken cancelled)
    {
        if (RpcMethods.Find(call.Method) is not { } method || !method.IsAllowed(Options))
        {
            return (null, RpcFault.UnknownMethod(call.Method));
        }

        RpcFault fault;
        try
        {
            cancelled.ThrowIfCancellationRequested();
            Action<Utf8JsonWriter> result =
                await method.Run(_api, new RpcArguments(call.Parameters, method.Arguments), cancelled).ConfigureAwait(false);
            if (method.Access != RpcAccess.Read)
            {
                _logger.Changed(method.Name);
            }

            return (result, default);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            fault = RpcFault.TimedOut; // Or the caller is gone, and nobody reads it.
        }
        catch (OpP2PRpcException e)
        {
            fault = new RpcFault(e.Code, e.Message);
        }
        catch (OpStackP2PException e)
        {
            fault = RpcFault.Failed(e.Message); // Texts of our own, made for the host: a full list, a wrong block hash.
        }
        catch (ObjectDisposedException)
        {
            fault = RpcFault.Failed("the network is stopped");
        }
        catch (Exception e)
        {
            _logger.MethodFailed(e, method.Name);
            fault = RpcFault.Internal;
        }

        if (method.Access != RpcAccess.Read)
        {
            _logger.NotChanged(method.Name, fault.Code, fault.Message);
        }

        return (null, fault);
    }

    /// <summary>A method that is switched off is none to its caller, and is counted by its name.</summary>
    private void Measure(string method, RpcFault? fault, long started, CancellationToken caller) => _measurements?.RpcCall(
        method,
        fault is not { } failed ? RpcOutcome.Succeeded
            : caller.IsCancellationRequested ? RpcOutcome.Cancelled
            : RpcMethods.Find(method)?.IsAllowed(Options) == false ? RpcOutcome.Forbidden
            : failed.Outcome,
        _time.GetElapsedTime(started));

    /// <summary>Answers a body of which no call is carried out, and which counts as one.</summary>
    private byte[] Refuse(ReadOnlyMemory<byte> body, RpcBody? batch, RpcFault fault)
    {
        _logger.BodyRefused(body.Length, fault.Message);
        _measurements?.RpcCall("", RpcOutcome.InvalidRequest, TimeSpan.Zero);
        using RpcAnswer answer = new(batch is not null, Options.MaxResponseBytes);
        answer.AddError(batch?.Calls.FirstOrDefault(call => call.IsValid && !call.IsNotification)?.Id ?? default, fault);
        return answer.ToBytes()!;
    }
}
