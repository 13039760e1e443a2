using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;
using OpStack.P2P.Sync;

namespace OpStack.P2P.Tests.Sync;

/// <summary>A libp2p host on loopback. Its sockets live in real time; what is tested on it may have a clock of its own.</summary>
internal sealed class SyncHost : IAsyncDisposable
{
    /// <summary>Only a guard against a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly KeyPair _key = KeyPair.GenerateSecp256k1();

    public SyncHost()
    {
        Swarm = new Swarm(_key);
        Swarm.Listen(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"));
    }

    public Swarm Swarm { get; }

    public PeerId Id => _key.PeerId;

    /// <summary>A server of a chain; <paramref name="time"/> must be at the chain's blocks or later.</summary>
    public PayloadServer Serve(RollupConfig config, IPayloadSource source, TimeProvider? time = null)
    {
        PayloadServer server = new(Swarm, config, source, time);
        server.Start();
        return server;
    }

    /// <summary>A server that does what the test says once a request has come.</summary>
    public void ServeRaw(RollupConfig config, Func<ulong, ProtocolStream, CancellationToken, Task> serve)
    {
        foreach (string id in SyncProtocol.Ids(config.L2ChainId))
        {
            Swarm.SetStreamHandler(id, async (stream, token) =>
            {
                byte[] request = new byte[SyncLimits.RequestSize];
                await ReadAsync(stream.Bytes, request);
                await serve(SyncProtocol.ReadRequest(request), stream, token);
            });
        }
    }

    /// <summary>One that sends these bytes and ends.</summary>
    public void ServeBytes(RollupConfig config, Func<ulong, byte[]> answer) => ServeRaw(config, async (number, stream, token) =>
    {
        await stream.Bytes.WriteAsync(answer(number), token);
        await stream.Bytes.CloseWriteAsync(token);
        await stream.Bytes.ReadAsync(new byte[1], token);
    });

    public async Task DialAsync(SyncHost other) =>
        await Swarm.DialAsync(other.Swarm.ListenAddresses[0].WithPeerId(other.Id)).AsTask().WaitAsync(Patience);

    /// <summary>Asks for a block and reads the whole answer.</summary>
    public async Task<byte[]> AskAsync(SyncHost server, string protocol, byte[] request)
    {
        ProtocolStream stream = await Swarm.OpenStreamAsync(server.Id, [protocol], CancellationToken.None);
        await using (stream.Bytes)
        {
            await stream.Bytes.WriteAsync(request, CancellationToken.None);
            await stream.Bytes.CloseWriteAsync(CancellationToken.None);
            return await ReadToEndAsync(stream.Bytes);
        }
    }

    public static async Task<byte[]> ReadToEndAsync(IByteStream stream)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[65_536];
        while (await stream.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience) is > 0 and int read)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await Swarm.DisposeAsync().AsTask().WaitAsync(Patience);
        _key.Dispose();
    }

    private static async Task ReadAsync(IByteStream stream, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = await stream.ReadAsync(buffer, CancellationToken.None);
            buffer = buffer[(read > 0 ? read : throw new InvalidOperationException("The request ended early."))..];
        }
    }
}

/// <summary>The blocks of a chain, as a host would give them.</summary>
internal sealed class ChainSource(SyncChain chain) : IPayloadSource
{
    public ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken) => ValueTask.FromResult(chain.Find(number));
}

/// <summary>A payload source that does what the test says.</summary>
internal sealed class TestSource(Func<ulong, CancellationToken, Task<OpNetworkPayloadEnvelope?>> get) : IPayloadSource
{
    public async ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken) => await get(number, cancellationToken);
}
