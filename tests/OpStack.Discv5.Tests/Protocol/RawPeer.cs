using System.Net;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>A peer played by hand against a <see cref="CoreRig"/>: it makes every datagram itself, good or bad.</summary>
internal sealed class RawPeer
{
    private readonly Random _random;
    private readonly CoreRig _rig;
    private Session? _session;

    public RawPeer(CoreRig rig, string address = "10.0.0.2", int seed = 11, int padding = 0)
    {
        _rig = rig;
        _random = new Random(seed);
        EndPoint = new IPEndPoint(IPAddress.Parse(address), 9000);
        Key = NewKey(_random);
        EnrBuilder builder = new EnrBuilder(1).SetIp(EndPoint.Address).SetUdp(EndPoint.Port);
        if (padding > 0)
            builder.Set("x", new byte[padding]);
        Record = builder.Build(Key);
    }

    public Secp256k1PrivateKey Key { get; }

    public Enr Record { get; set; }

    public IPEndPoint EndPoint { get; set; }

    public NodeId Id => Record.NodeId;

    public NodeContact Contact => new(Record, EndPoint);

    public static Secp256k1PrivateKey NewKey(Random random)
    {
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        random.NextBytes(secret);
        return Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key) ? key : throw new InvalidOperationException("no key");
    }

    public static RequestId NewId(ulong number) => RequestId.FromRandom(number);

    /// <summary>Sends a datagram to the core and returns what comes back to this peer.</summary>
    public List<byte[]> Send(byte[] datagram) =>
        [.. _rig.Receive(EndPoint, datagram).Where(sent => sent.To.Equals(EndPoint)).Select(sent => sent.Datagram)];

    /// <summary>A packet the core cannot read.</summary>
    public byte[] Unreadable(out PacketNonce nonce, int length = 20)
    {
        byte[] packet = new byte[PacketLimits.MaxSize];
        nonce = new PacketNonce(Bytes(PacketLimits.NonceSize));
        int size = PacketWriter.WriteRandom(packet, _rig.Id, Id, Bytes(16), nonce, Bytes(length));
        return packet[..size];
    }

    /// <summary>The same in anybody's name.</summary>
    public static byte[] Unreadable(NodeId from, NodeId to, Random random, int length = 20)
    {
        byte[] noise = new byte[16 + PacketLimits.NonceSize + length];
        random.NextBytes(noise);
        byte[] packet = new byte[PacketLimits.MaxSize];
        int size = PacketWriter.WriteRandom(packet, to, from, noise.AsSpan(0, 16), new PacketNonce(noise.AsSpan(16, 12)), noise.AsSpan(28));
        return packet[..size];
    }

    /// <summary>A message under the session.</summary>
    public byte[] Encrypt(Message message)
    {
        byte[] plaintext = new byte[message.EncodedLength];
        message.Write(plaintext);
        return Encrypt(plaintext);
    }

    /// <inheritdoc cref="Encrypt(Message)"/>
    public byte[] Encrypt(byte[] plaintext)
    {
        byte[] packet = new byte[PacketLimits.MaxSize];
        Assert.True(_session!.TryEncrypt(Id, Bytes(16), (ulong)_random.NextInt64(), plaintext, packet, out int length, out _));
        return packet[..length];
    }

    /// <summary>The answer to a WHOAREYOU, which becomes this peer's session.</summary>
    public byte[] AnswerChallenge(byte[] whoAreYou, Message message, Secp256k1PrivateKey? signedBy = null)
    {
        byte[] plaintext = new byte[message.EncodedLength];
        message.Write(plaintext);
        byte[] packet = new byte[PacketLimits.MaxSize];
        byte[] scratch = new byte[PacketLimits.MaxHeaderSize];
        Assert.True(PacketReader.TryRead(whoAreYou, Id, scratch, out PacketView challenge, out _));
        SessionKeys keys = Handshake.Initiate(
            Discv5Crypto.Instance, packet, signedBy ?? Key, Record, _rig.Key.PublicKey, challenge, _random, Bytes(16),
            (ulong)_random.NextInt64(), plaintext, out int length, out _);
        _session?.Dispose();
        _session = new Session(new NodeAddress(_rig.Id, _rig.EndPoint), keys, TimeSpan.Zero);
        return packet[..length];
    }

    /// <summary>Answers the core's handshake to a challenge of this peer; its session from here on.</summary>
    public Message Accept(byte[] handshake, Challenge challenge)
    {
        byte[] scratch = new byte[PacketLimits.MaxHeaderSize];
        byte[] plaintext = new byte[PacketLimits.MaxSize];
        Assert.True(PacketReader.TryRead(handshake, Id, scratch, out PacketView packet, out _));
        bool isAccepted = Handshake.TryAccept(
            Discv5Crypto.Instance, packet, challenge, Key, plaintext, out int length, out SessionKeys? keys, out _, out HandshakeError error);
        Assert.True(isAccepted, error.ToString());
        _session?.Dispose();
        _session = new Session(new NodeAddress(_rig.Id, _rig.EndPoint), keys!, TimeSpan.Zero);
        Assert.True(MessageReader.TryRead(plaintext.AsSpan(0, length), out Message? message, out _));
        return message;
    }

    /// <summary>A challenge of this peer to a packet of the core.</summary>
    public Challenge MakeChallenge(byte[] toPacket, Enr? known = null) =>
        new(new NodeAddress(_rig.Id, _rig.EndPoint), NonceOf(toPacket), known, Bytes(16), Bytes(16), TimeSpan.MaxValue);

    public static byte[] Write(Challenge challenge)
    {
        byte[] packet = new byte[PacketLimits.MinSize];
        challenge.Write(packet);
        return packet;
    }

    /// <summary>From nothing to a session, with a PING on the way.</summary>
    public void Shake()
    {
        byte[] whoAreYou = Assert.Single(Send(Unreadable(out _)));
        List<byte[]> answers = Send(AnswerChallenge(whoAreYou, new Ping(NewId(1), Record.Sequence)));
        Assert.Contains(answers, answer => Read(answer) is Pong);
    }

    /// <summary>Waits for the core's own PING, and answers: only then is this peer told to others.</summary>
    public void ProveAlive(IPEndPoint? observed = null)
    {
        for (int i = 0; i < 100 && !IsLive(); i++)
        {
            foreach ((IPEndPoint to, byte[] datagram) in _rig.Advance(TimeSpan.FromMilliseconds(100)))
            {
                if (to.Equals(EndPoint) && Read(datagram) is Ping ping)
                    Send(Encrypt(new Pong(ping.RequestId, Record.Sequence, observed ?? _rig.EndPoint)));
            }
        }

        Assert.True(IsLive());
        bool IsLive() => _rig.Core.SnapshotTable().Any(entry => entry.IsLive && entry.Record.NodeId == Id);
    }

    public PacketFlag FlagOf(byte[] datagram)
    {
        byte[] scratch = new byte[PacketLimits.MaxHeaderSize];
        Assert.True(PacketReader.TryRead(datagram, Id, scratch, out PacketView packet, out _));
        return packet.Flag;
    }

    public PacketNonce NonceOf(byte[] datagram)
    {
        byte[] scratch = new byte[PacketLimits.MaxHeaderSize];
        Assert.True(PacketReader.TryRead(datagram, Id, scratch, out PacketView packet, out _));
        return packet.Nonce;
    }

    /// <summary>The message in a datagram from the core; null if it is none or not readable.</summary>
    public Message? Read(byte[] datagram)
    {
        byte[] scratch = new byte[PacketLimits.MaxHeaderSize];
        byte[] plaintext = new byte[PacketLimits.MaxSize];
        return PacketReader.TryRead(datagram, Id, scratch, out PacketView packet, out _)
            && packet.Flag == PacketFlag.Message && _session is not null && _session.TryDecrypt(packet, plaintext, out int length)
            && MessageReader.TryRead(plaintext.AsSpan(0, length), out Message? message, out _)
            ? message
            : null;
    }

    /// <summary>Sends a request and returns the messages that answer it.</summary>
    public List<Message> Ask(Message request) => [.. Send(Encrypt(request)).Select(Read).OfType<Message>()];

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
