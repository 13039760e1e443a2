using System.Threading.Channels;
using OpStack.P2P.Node;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>Signing what we publish, and learning whose blocks are valid.</summary>
public sealed partial class Network
{
    private readonly Channel<Address> _signerUpdates = Channel.CreateBounded<Address>(NetworkLimits.MaxSignerUpdates);

    private void StartSigning()
    {
        Run(NetworkPart.Signer, _publisher.RunAsync);
        Run(NetworkPart.SignerSource, TakeSignerUpdatesAsync);
    }

    private async Task TakeSignerUpdatesAsync(CancellationToken stopped)
    {
        try
        {
            await foreach (Address signer in _signerUpdates.Reader.ReadAllAsync(stopped).ConfigureAwait(false))
            {
                SetSigner(signer);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The way it ends.
        }

        _signerUpdates.Writer.TryComplete();
    }

    private void SetSigner(Address signer)
    {
        if (_gossip.UnsafeBlockSigner != signer)
        {
            _gossip.UnsafeBlockSigner = signer;
            _logger.SignerChanged(signer);
        }
    }
}
