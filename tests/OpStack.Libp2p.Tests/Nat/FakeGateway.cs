using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Nat;

namespace OpStack.Libp2p.Tests.Nat;

/// <summary>
/// A small NAT gateway on loopback that speaks PCP and NAT-PMP, written from the RFCs and not with the codecs under test. Its clock is that of
/// the test.
/// </summary>
internal sealed class FakeGateway : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private DateTimeOffset _bootedAt;

    public FakeGateway(TimeProvider time)
    {
        _time = time;
        _bootedAt = time.GetUtcNow() - TimeSpan.FromHours(1);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = Task.Run(ServeAsync);
    }

    public GatewayLocation Location => new(IPAddress.Loopback, IPAddress.Loopback)
    {
        Pcp = (IPEndPoint)_socket.LocalEndPoint!,
        Ssdp = [],
    };

    public bool SpeaksPcp { get; set; } = true;

    public bool SpeaksNatPmp { get; set; } = true;

    /// <summary>Says nothing at all.</summary>
    public bool IsSilent { get; set; }

    public IPAddress External { get; set; } = IPAddress.Parse("198.51.100.7");

    /// <summary>What a mapping of an internal port gets instead of the time it asks for, and an error tells.</summary>
    public Func<int, uint?> Lifetime { get; set; } = _ => null;

    /// <summary>The result code of every mapping request.</summary>
    public byte Result { get; set; }

    /// <summary>The external port of an internal one.</summary>
    public Func<int, int> PortFor { get; set; } = port => port;

    /// <summary>Sends more, or something else, than the answer.</summary>
    public Func<byte[], byte[], IEnumerable<byte[]>> Answers { get; set; } = (_, answer) => [answer];

    /// <summary>Every request in order, with the virtual time of its arrival.</summary>
    public ConcurrentQueue<(DateTimeOffset At, byte[] Bytes)> Requests { get; } = new();

    /// <summary>Where the last request came from.</summary>
    public EndPoint? LastClient { get; private set; }

    /// <summary>What is mapped: protocol (6 or 17) and internal port to external port.</summary>
    public ConcurrentDictionary<(int Protocol, int Internal), int> Mappings { get; } = new();

    /// <summary>Seconds since the restart before are told as if the clock ran at this rate.</summary>
    public double ClockRate { get; set; } = 1;

    /// <summary>Requests that ask for or renew a mapping.</summary>
    public int MapRequests => Requests.Count(r => IsMap(r.Bytes) && LifetimeOf(r.Bytes) > 0);

    public void Restart()
    {
        Mappings.Clear();
        _bootedAt = _time.GetUtcNow();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }

    private static bool IsMap(byte[] request) => request is [2, 1, ..] or [0, 1 or 2, ..];

    private static uint LifetimeOf(byte[] request) => BinaryPrimitives.ReadUInt32BigEndian(request.AsSpan(request[0] == 2 ? 4 : 8));

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[2048];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                byte[] request = buffer[..received.ReceivedBytes];
                LastClient = received.RemoteEndPoint;
                byte[]? answer = IsSilent ? null : Answer(request);
                Requests.Enqueue((_time.GetUtcNow(), request));
                foreach (byte[] datagram in answer is null ? [] : Answers(request, answer))
                {
                    await _socket.SendToAsync(datagram, received.RemoteEndPoint, _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // Closing, or the client has gone.
            }
        }
    }

    private byte[]? Answer(byte[] request) => request[0] switch
    {
        2 when SpeaksPcp => AnswerPcp(request),
        2 when SpeaksNatPmp => WithEpoch([0, 128, 0, 1, 0, 0, 0, 0], 4), // RFC 6886 section 3.5: unsupported version.
        0 when SpeaksNatPmp => AnswerNatPmp(request),
        _ => null,
    };

    private byte[] AnswerPcp(byte[] request)
    {
        byte[] answer = [.. request];
        answer[1] = 0x81;
        answer[2] = 0;
        answer[3] = Result;
        answer.AsSpan(8, 16).Clear();
        int protocol = request[36], port = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(40));
        if (Result == 0)
        {
            (int external, uint lifetime) = Map(protocol, port, LifetimeOf(request));
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), lifetime);
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(42), (ushort)external);
            External.MapToIPv6().GetAddressBytes().CopyTo(answer, 44);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), Lifetime(port) ?? 30);
        }

        return WithEpoch(answer, 8);
    }

    private byte[] AnswerNatPmp(byte[] request)
    {
        if (request[1] == 0)
        {
            return WithEpoch([0, 128, 0, 0, 0, 0, 0, 0, .. External.GetAddressBytes()], 4);
        }

        byte[] answer = new byte[16];
        answer[1] = (byte)(128 + request[1]);
        answer[3] = Result;
        request.AsSpan(4, 2).CopyTo(answer.AsSpan(8));
        if (Result == 0)
        {
            int port = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(4));
            (int external, uint lifetime) = Map(request[1] == 1 ? 17 : 6, port, LifetimeOf(request));
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(10), (ushort)external);
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(12), lifetime);
        }

        return WithEpoch(answer, 4);
    }

    private (int External, uint Lifetime) Map(int protocol, int port, uint lifetime)
    {
        if (lifetime == 0)
        {
            Mappings.TryRemove((protocol, port), out _);
            return (0, 0);
        }

        return (Mappings[(protocol, port)] = PortFor(port), Lifetime(port) ?? lifetime);
    }

    private byte[] WithEpoch(byte[] answer, int at)
    {
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(at), (uint)((_time.GetUtcNow() - _bootedAt).TotalSeconds * ClockRate));
        return answer;
    }
}
