using System.Net;
using System.Net.Sockets;
using OpStack.Discv5;
using OpStack.P2P.Discovery;

namespace OpStack.P2P;

/// <summary>Host names of nodes.</summary>
public sealed partial class Discv5Driver
{
    // Guarded by the gate. Not every resolver can be stopped, the system's among them: a look-up that hangs is left behind, and everybody who
    // asks for the same name meanwhile waits for that one, so that there are never more than there are names.
    private readonly Dictionary<string, Task<IPAddress[]>> _lookUps = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Look-ups that have not ended, those nobody waits for any more included.</summary>
    internal int LookUpsNow
    {
        get
        {
            lock (_gate)
            {
                return _lookUps.Count;
            }
        }
    }

    /// <summary>Throws <see cref="Discv5Exception"/> (NoAddress, Timeout, Stopped), whatever a resolver of the host's throws.</summary>
    private async Task<IPAddress[]> LookHostUpAsync(string host, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            return await JoinLookUp(host).WaitAsync(DiscoveryLimits.LookUpTimeout, _time, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (_stopped.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new Discv5Exception(Discv5Error.Stopped, "Discovery has ended.", e);
        }
        catch (TimeoutException e)
        {
            throw new Discv5Exception(Discv5Error.Timeout, $"Looking {host} up took longer than {DiscoveryLimits.LookUpTimeout}.", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Discv5Exception(Discv5Error.NoAddress, $"{host} cannot be looked up: {e.Message}", e);
        }
    }

    private Task<IPAddress[]> JoinLookUp(string host)
    {
        lock (_gate)
        {
            if (!_lookUps.TryGetValue(host, out Task<IPAddress[]>? lookUp))
            {
                // On a task of its own: a resolver may throw at once, or block its caller.
                lookUp = Task.Run(() => _settings.Resolver(host, AddressFamily.Unspecified, _stopped), CancellationToken.None);
                _lookUps[host] = lookUp;
                _ = lookUp.ContinueWith(ended => Forget(host, ended), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            return lookUp;
        }
    }

    private void Forget(string host, Task<IPAddress[]> ended)
    {
        _ = ended.Exception; // Observed: everybody may have given up.
        lock (_gate)
        {
            _lookUps.Remove(host);
        }
    }
}
