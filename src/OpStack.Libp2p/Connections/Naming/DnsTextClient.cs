using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OpStack.Libp2p.Connections.Naming;

/// <summary>
/// Asks the system's name servers for TXT records over UDP: the base class library has no such resolver. What it learns is not trusted:
/// noise proves who is at an address.
/// </summary>
/// <param name="time">The clock of the timeouts.</param>
/// <param name="servers">Stands in for the system's list in tests.</param>
internal sealed class DnsTextClient(TimeProvider time, Func<IReadOnlyList<IPEndPoint>>? servers = null)
{
    private const int DnsPort = 53;

    private readonly Func<IReadOnlyList<IPEndPoint>> _servers = servers ?? ListServers;

    /// <summary>
    /// The texts of a name; empty when it has none. Each server is asked in turn, twice. Throws <see cref="Libp2pException"/> (DialFailed)
    /// when none answers or the name is no host name.
    /// </summary>
    public async Task<IReadOnlyList<string>> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        // A random id, and a port the kernel chooses for every question: what there is against answers from elsewhere (RFC 5452).
        ushort id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        if (!DnsTextMessage.TryWriteQuestion(name, id, out byte[] question))
        {
            throw new Libp2pException(Libp2pError.DialFailed, "Not a host name.");
        }

        Exception? failure = null;
        IPEndPoint[] asked = [.. _servers().Take(NamingLimits.Servers)];
        for (int i = 0; i < NamingLimits.Rounds * asked.Length; i++)
        {
            try
            {
                if (await AskAsync(asked[i % asked.Length], question, cancellationToken).ConfigureAwait(false) is { } texts)
                {
                    return texts;
                }
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }

        throw new Libp2pException(Libp2pError.DialFailed, $"No name server answers for the TXT records of {name}.", failure);
    }

    /// <summary>The texts; null when this server has none for us in time.</summary>
    private async Task<IReadOnlyList<string>?> AskAsync(IPEndPoint server, byte[] question, CancellationToken cancellationToken)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        using CancellationTokenSource deadline = new(NamingLimits.AnswerTimeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // Connected, so that the kernel drops what others send.
            await socket.ConnectAsync(server, linked.Token).ConfigureAwait(false);
            await socket.SendAsync(question, linked.Token).ConfigureAwait(false);
            byte[] buffer = new byte[NamingLimits.AnswerSize + 1];
            for (int i = 0; i < NamingLimits.PacketsPerQuestion; i++)
            {
                int length = await socket.ReceiveAsync(buffer, linked.Token).ConfigureAwait(false);
                DnsAnswer answer = DnsTextMessage.Read(buffer.AsSpan(0, length), question, out IReadOnlyList<string> texts);
                if (answer != DnsAnswer.NotOurs)
                {
                    return answer == DnsAnswer.Records ? texts : null;
                }
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static IReadOnlyList<IPEndPoint> ListServers() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up)
            .SelectMany(i => i.GetIPProperties().DnsAddresses)
            .Distinct()
            .Select(a => new IPEndPoint(a, DnsPort)),
    ];
}
