using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>A peer that has shaken hands honestly, under a new name, and then writes yamux frames by hand.</summary>
internal sealed class NoiseAttacker : IAsyncDisposable
{
    private readonly NoiseConnection _noise;
    private readonly KeyPair _key;

    private NoiseAttacker(NoiseConnection noise, KeyPair key)
    {
        _noise = noise;
        _key = key;
    }

    public IByteStream Bytes => _noise;

    public static async Task<NoiseAttacker> ConnectAsync(AttackTarget target, CancellationToken stop)
    {
        KeyPair key = KeyPair.GenerateEd25519();
        using NoiseStaticKey noiseKey = NoiseStaticKey.Generate(key);
        TcpConnection socket = await AttackTransport.ConnectAsync(target.Tcp, stop);
        try
        {
            await Multistream.SelectAsync(socket, ["/noise"], stop);
            NoiseConnection noise = await NoiseConnection.HandshakeAsync(socket, initiator: true, noiseKey, target.Peer, stop);
            if (noise.NegotiatedMuxer is null)
            {
                await Multistream.SelectAsync(noise, ["/yamux/1.0.0"], stop);
            }

            return new NoiseAttacker(noise, key);
        }
        catch
        {
            socket.Abort();
            throw;
        }
    }

    /// <summary>Many headers in one write.</summary>
    public async Task SendAsync(IEnumerable<YamuxHeader> headers, CancellationToken stop)
    {
        byte[] bytes = [.. headers.SelectMany(Bytes12)];
        await _noise.WriteAsync(bytes, stop);
    }

    public ValueTask DisposeAsync()
    {
        _noise.Abort();
        _key.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Bytes12(YamuxHeader header)
    {
        byte[] bytes = new byte[YamuxHeader.Size];
        header.Write(bytes);
        return bytes;
    }
}
