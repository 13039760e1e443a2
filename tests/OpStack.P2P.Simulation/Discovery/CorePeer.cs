using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>A peer of one core, made of packets alone: it provokes a challenge, answers it, and sends PINGs. What it writes lies in one buffer.</summary>
internal sealed class CorePeer : IDisposable
{
    private readonly Random _random;
    private readonly Enr _core;
    private readonly IPEndPoint _coreEndPoint;
    private readonly Secp256k1PrivateKey _key;
    private readonly Enr _record;
    private readonly byte[] _packet = new byte[PacketLimits.MaxSize];
    private Session? _session;

    /// <param name="random">Its keys and nonces.</param>
    /// <param name="core">Record of the core.</param>
    /// <param name="coreEndPoint">Where the core is.</param>
    /// <param name="endPoint">Where the peer is.</param>
    public CorePeer(Random random, Enr core, IPEndPoint coreEndPoint, IPEndPoint endPoint)
    {
        _random = random;
        _core = core;
        _coreEndPoint = coreEndPoint;
        EndPoint = endPoint;
        _key = NewKey(random);
        _record = RecordOf(_key, endPoint);
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>A key from a seed.</summary>
    public static Secp256k1PrivateKey NewKey(Random random)
    {
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        random.NextBytes(secret);
        return Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key) ? key : throw new InvalidOperationException("no key");
    }

    /// <summary>A first record.</summary>
    public static Enr RecordOf(Secp256k1PrivateKey key, IPEndPoint endPoint) =>
        new EnrBuilder(1).SetIp(endPoint.Address).SetUdp(endPoint.Port).Build(key);

    /// <summary>A packet that nobody can read: the core challenges.</summary>
    public ReadOnlyMemory<byte> Provoke()
    {
        Span<byte> noise = stackalloc byte[64];
        _random.NextBytes(noise);
        int length = PacketWriter.WriteRandom(_packet, _core.NodeId, _record.NodeId, noise[..16], new PacketNonce(noise.Slice(16, 12)), noise[28..]);
        return _packet.AsMemory(0, length);
    }

    /// <summary>The handshake that answers a WHOAREYOU, with a PING in it.</summary>
    public ReadOnlyMemory<byte> Answer(ReadOnlySpan<byte> whoAreYou)
    {
        Span<byte> scratch = stackalloc byte[PacketLimits.MaxHeaderSize];
        if (!PacketReader.TryRead(whoAreYou, _record.NodeId, scratch, out PacketView challenge, out _))
        {
            throw new InvalidOperationException("no challenge");
        }

        Span<byte> ping = stackalloc byte[64];
        int size = new Ping(RequestId.FromRandom(1), 1).Write(ping);
        Span<byte> iv = stackalloc byte[PacketLimits.MaskingIvSize];
        _random.NextBytes(iv);
        SessionKeys keys = Handshake.Initiate(
            Discv5Crypto.Instance, _packet, _key, _record, _core.PublicKey, challenge, _random, iv, 1, ping[..size], out int length, out _);
        _session?.Dispose();
        _session = new Session(new NodeAddress(_core.NodeId, _coreEndPoint), keys, TimeSpan.Zero);
        return _packet.AsMemory(0, length);
    }

    /// <summary>Both, with a core.</summary>
    public void Shake(Discv5Protocol core, TimeSpan now)
    {
        List<ProtocolOutput> outputs = [];
        core.Receive(EndPoint, Provoke().Span, now, outputs);
        ReadOnlyMemory<byte> challenge = ((ProtocolOutput.Send)outputs[0]).Datagram;
        outputs.Clear();
        core.Receive(EndPoint, Answer(challenge.Span).Span, now, outputs);
    }

    /// <summary>A PING in the session.</summary>
    /// <param name="number">Its request id and nonce.</param>
    public ReadOnlyMemory<byte> Ping(ulong number)
    {
        Span<byte> plaintext = stackalloc byte[64];
        Span<byte> iv = stackalloc byte[PacketLimits.MaskingIvSize];
        int length = new Ping(RequestId.FromRandom(number), 1).Write(plaintext);
        _random.NextBytes(iv);
        return _session!.TryEncrypt(_record.NodeId, iv, number, plaintext[..length], _packet, out int written, out _)
            ? _packet.AsMemory(0, written)
            : throw new InvalidOperationException("no nonces left");
    }

    public void Dispose()
    {
        _session?.Dispose();
        _key.Dispose();
    }
}
