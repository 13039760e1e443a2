using System.Buffers;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Negotiation;

/// <summary>Agrees on the protocol of a stream (multistream-select 1.0). The caller's token is the budget of the whole negotiation.</summary>
internal static class Multistream
{
    /// <summary>
    /// Dialer: proposes <paramref name="protocols"/> in order and returns the first one the remote takes. Throws
    /// <see cref="Libp2pException"/> (<see cref="Libp2pError.NegotiationFailed"/>); the caller then drops the stream.
    /// </summary>
    public static async ValueTask<string> SelectAsync(IByteStream stream, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        MultistreamDialer dialer = new(protocols);
        await RunAsync(stream, dialer, cancellationToken).ConfigureAwait(false);
        return dialer.Agreed ?? throw Failure(dialer.Error);
    }

    /// <summary>
    /// Dialer with one protocol: returns at once; the proposal travels with the first bytes written, and the answer is checked by the
    /// first read. Saves a round trip where the remote is known to speak the protocol.
    /// </summary>
    public static IByteStream SelectLazily(IByteStream stream, string protocol) => new LazyNegotiatedStream(stream, protocol);

    /// <summary>
    /// Listener: answers proposals until one is supported. Null when the remote closed the stream instead; throws
    /// <see cref="Libp2pException"/> (<see cref="Libp2pError.NegotiationFailed"/>) when it broke a rule.
    /// </summary>
    public static async ValueTask<string?> HandleAsync(IByteStream stream, Func<string, bool> isSupported, CancellationToken cancellationToken)
    {
        MultistreamListener listener = new(isSupported);
        await RunAsync(stream, listener, cancellationToken).ConfigureAwait(false);
        return listener.Error == MultistreamError.None ? listener.Agreed : throw Failure(listener.Error);
    }

    /// <summary>Reads once for <paramref name="negotiator"/>; false when the remote has closed its side.</summary>
    internal static async ValueTask<bool> TryReceiveAsync(
        IByteStream stream, MultistreamNegotiator negotiator, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MultistreamLimits.MaxMessage);
        try
        {
            int read = await stream.ReadAsync(buffer.AsMemory(0, negotiator.Wanted), cancellationToken).ConfigureAwait(false);
            negotiator.Receive(buffer.AsSpan(0, read));
            return read > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static Libp2pException Failure(MultistreamError error) => new(
        Libp2pError.NegotiationFailed,
        error == MultistreamError.None ? "The remote closed the stream during the negotiation" : $"The negotiation failed: {error}");

    // Ends with the negotiation, or early when the remote closes its side; the negotiator tells which.
    private static async ValueTask RunAsync(IByteStream stream, MultistreamNegotiator negotiator, CancellationToken cancellationToken)
    {
        bool open = true;
        while (open)
        {
            ReadOnlyMemory<byte> output = negotiator.TakeOutput();
            if (!output.IsEmpty)
            {
                await stream.WriteAsync(output, cancellationToken).ConfigureAwait(false);
            }

            open = negotiator.Wanted > 0 && await TryReceiveAsync(stream, negotiator, cancellationToken).ConfigureAwait(false);
        }
    }
}
