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
        Run(NetworkPart.Gossip, TakeSignerUpdatesAsync);
        if (_config.Signer is { } signer)
        {
            Run(NetworkPart.Signer, stopped => CheckSignerAsync(signer, stopped));
        }

        if (_config.SignerSource is { } source)
        {
            Run(NetworkPart.SignerSource, stopped => FollowAsync(source, stopped));
        }
    }

    /// <summary>
    /// Told early that it is down, an operator has time; the network works without, and every block tries anew. Asked again until it is well,
    /// or has signed a block.
    /// </summary>
    private async Task CheckSignerAsync(IBlockSigner signer, CancellationToken stopped)
    {
        TimeSpan pause = NetworkLimits.FirstRestartPause;
        while (!await IsHealthyAsync(signer, stopped).ConfigureAwait(false))
        {
            await Task.Delay(pause, _time, stopped).ConfigureAwait(false);
            if (_board.StateOf(NetworkPart.Signer) == PartState.Running)
            {
                return;
            }

            pause = NetworkLimits.RestartPauseAfter(pause);
        }
    }

    private async Task<bool> IsHealthyAsync(IBlockSigner signer, CancellationToken stopped)
    {
        try
        {
            await signer.CheckHealthAsync(stopped).ConfigureAwait(false);
            _board.Set(NetworkPart.Signer, PartState.Running);
            return true;
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            _board.Fail(NetworkPart.Signer, e.Message, e);
            return false;
        }
    }

    private async Task FollowAsync(IUnsafeBlockSignerSource source, CancellationToken stopped)
    {
        bool isKnown = false;
        while (true)
        {
            isKnown |= await ReadSignerAsync(source, isFirst: !isKnown, stopped).ConfigureAwait(false);
            await Task.Delay(isKnown ? source.ReloadInterval : NetworkLimits.SignerSourceRetry, _time, stopped).ConfigureAwait(false);
        }
    }

    private async Task<bool> ReadSignerAsync(IUnsafeBlockSignerSource source, bool isFirst, CancellationToken stopped)
    {
        try
        {
            SetSigner(await source.ReadAsync(stopped).ConfigureAwait(false), isFirst ? _gossip.Signers.Learn : SetWithGrace);
            _board.Set(NetworkPart.SignerSource, PartState.Running);
            return true;
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            _board.Fail(NetworkPart.SignerSource, e.Message, e);
            return false;
        }
    }

    private async Task TakeSignerUpdatesAsync(CancellationToken stopped)
    {
        await foreach (Address signer in _signerUpdates.Reader.ReadAllAsync(stopped).ConfigureAwait(false))
        {
            SetSigner(signer, SetWithGrace);
        }
    }

    private void SetSigner(Address signer, Action<Address> set)
    {
        if (_gossip.UnsafeBlockSigner != signer)
        {
            set(signer);
            _logger.SignerChanged(signer);
        }
    }

    private void SetWithGrace(Address signer) => _gossip.UnsafeBlockSigner = signer;
}
