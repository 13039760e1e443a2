using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>Searches the local network for the gateway's description.</summary>
/// <param name="gateway">Only what comes from its address counts.</param>
/// <param name="time">The clock of the timeouts.</param>
internal sealed class SsdpSearch(GatewayLocation gateway, TimeProvider time)
{
    /// <summary>
    /// The URLs under which the gateway says it is described, each once, none elsewhere than at the gateway; those of the first copy of the
    /// search that is answered.
    /// </summary>
    public async Task<IReadOnlyList<Uri>> FindAsync(CancellationToken cancellationToken)
    {
        List<Uri> found = [];
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Bound to our address towards the gateway, so that the group is asked on that network and no other.
            socket.Bind(new IPEndPoint(gateway.LocalAddress, 0));
            int looked = 0;
            for (int round = 0; round < UpnpLimits.SearchRounds && found.Count == 0; round++)
            {
                looked = await SearchAsync(socket, found, looked, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SocketException)
        {
            // Our address is gone, or there is no route: nothing more is found.
        }

        return found;
    }

    private async Task<int> SearchAsync(Socket socket, List<Uri> found, int looked, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(UpnpLimits.SearchTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        byte[] buffer = new byte[UpnpLimits.MaxSsdpAnswer + 1];
        try
        {
            foreach (IPEndPoint destination in gateway.Ssdp)
            {
                foreach (string target in SsdpMessage.Targets)
                {
                    await socket.SendToAsync(SsdpMessage.WriteSearch(destination, target), destination, either.Token).ConfigureAwait(false);
                }
            }

            EndPoint any = new IPEndPoint(IPAddress.Any, 0);
            for (; looked < UpnpLimits.SsdpAnswersPerSearch && found.Count < UpnpLimits.DescriptionsPerSearch; looked++)
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, any, either.Token).ConfigureAwait(false);
                if (((IPEndPoint)received.RemoteEndPoint).Address.Equals(gateway.Address)
                    && SsdpMessage.TryReadAnswer(buffer.AsSpan(0, received.ReceivedBytes), out Uri location)
                    && GatewayUrl.IsAllowed(location, gateway.Address)
                    && !found.Contains(location))
                {
                    found.Add(location);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time for answers is over.
        }

        return looked;
    }
}
