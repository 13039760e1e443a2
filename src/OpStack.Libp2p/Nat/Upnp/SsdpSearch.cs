using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>Searches the local network for the gateway's description.</summary>
/// <param name="gateway">Only what comes from its address counts.</param>
/// <param name="time">The clock of the timeouts.</param>
internal sealed class SsdpSearch(GatewayLocation gateway, TimeProvider time)
{
    /// <summary>
    /// The URLs under which the gateway says it is described, as they come, each once, none elsewhere than at the gateway. The search goes on
    /// for as long as the caller asks for more, within its bounds.
    /// </summary>
    public async IAsyncEnumerable<Uri> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<Uri> found = [];
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        byte[] buffer = new byte[UpnpLimits.MaxSsdpAnswer + 1];
        int looked = 0;
        for (int round = 0; round < UpnpLimits.SearchRounds; round++)
        {
            using CancellationTokenSource deadline = new(UpnpLimits.SearchTimeout, time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            bool isOpen = await TryDoAsync(() => SendAsync(socket, either.Token), cancellationToken).ConfigureAwait(false);
            while (isOpen)
            {
                if (looked++ == UpnpLimits.SsdpAnswersPerSearch || found.Count == UpnpLimits.DescriptionsPerSearch)
                {
                    yield break;
                }

                Uri? location = null;
                isOpen = await TryDoAsync(async () => location = await ReceiveAsync(socket, buffer, either.Token).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
                if (location is not null && found.Add(location))
                {
                    yield return location;
                }
            }
        }
    }

    /// <summary>False when the time is over, or our address or the route is gone.</summary>
    private static async Task<bool> TryDoAsync(Func<Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step().ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task SendAsync(Socket socket, CancellationToken cancellationToken)
    {
        if (!socket.IsBound)
        {
            // To our address towards the gateway, so that the group is asked on that network and no other.
            socket.Bind(new IPEndPoint(gateway.LocalAddress, 0));
        }

        foreach (IPEndPoint destination in gateway.Ssdp)
        {
            foreach (string target in SsdpMessage.Targets)
            {
                await socket.SendToAsync(SsdpMessage.WriteSearch(destination, target), destination, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null for what is no answer of the gateway's.</summary>
    private async Task<Uri?> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        SocketReceiveFromResult received = await socket
            .ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken).ConfigureAwait(false);
        return ((IPEndPoint)received.RemoteEndPoint).Address.Equals(gateway.Address)
            && SsdpMessage.TryReadAnswer(buffer.AsSpan(0, received.ReceivedBytes), out Uri location)
            && GatewayUrl.IsAllowed(location, gateway.Address)
                ? location
                : null;
    }
}
