using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Nat;

/// <summary>Reads an answer; false for what is none to our question.</summary>
internal delegate bool AnswerReader<T>(ReadOnlySpan<byte> datagram, out T answer);

/// <summary>One question to one server over UDP, asked again while there is no answer.</summary>
internal sealed class DatagramQuestion(TimeProvider time)
{
    /// <summary>The answer; null when the server gives none, or none that can be read.</summary>
    /// <param name="server">Whom to ask. What others send is dropped by the kernel.</param>
    /// <param name="write">Makes the question, for our address as the server sees it.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T?> AskAsync<T>(IPEndPoint server, Func<IPAddress, byte[]> write, AnswerReader<T> read, CancellationToken cancellationToken)
        where T : class
    {
        // A socket for every question, so that the port is new to whoever would guess it.
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            byte[] question = write(((IPEndPoint)socket.LocalEndPoint!).Address);
            return await AskAsync(socket, question, read, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // No route to it, or nobody listens there: no answer either.
            return null;
        }
    }

    /// <summary>Sends what needs no answer, once.</summary>
    public async Task TellAsync(IPEndPoint server, Func<IPAddress, byte[]> write, CancellationToken cancellationToken)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            await socket.SendAsync(write(((IPEndPoint)socket.LocalEndPoint!).Address), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // No route to it: nobody to be told.
        }
    }

    private async Task<T?> AskAsync<T>(Socket socket, byte[] question, AnswerReader<T> read, CancellationToken cancellationToken)
        where T : class
    {
        byte[] buffer = new byte[NatLimits.MaxDatagram + 1];
        int looked = 0;
        foreach (TimeSpan wait in NatLimits.AnswerTimeouts)
        {
            using CancellationTokenSource deadline = new(wait, time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            try
            {
                await socket.SendAsync(question, either.Token).ConfigureAwait(false);
                while (looked++ < NatLimits.DatagramsPerQuestion)
                {
                    int length = await socket.ReceiveAsync(buffer, either.Token).ConfigureAwait(false);
                    if (length <= NatLimits.MaxDatagram && read(buffer.AsSpan(0, length), out T answer))
                    {
                        return answer;
                    }
                }

                return null;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Asked again, until the waits are used up.
            }
        }

        return null;
    }
}
