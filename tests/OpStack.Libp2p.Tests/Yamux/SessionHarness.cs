using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>A session with a clock: bytes in, events and frames out as text that a test can compare whole.</summary>
internal sealed class SessionHarness
{
    public SessionHarness(bool isInitiator = false, YamuxOptions? options = null, WindowBudget? windows = null)
        => Session = new YamuxSession(isInitiator, options ?? YamuxOptions.Default, windows);

    public YamuxSession Session { get; }

    public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(100);

    public List<byte> Received { get; } = [];

    public static byte[] Frame(YamuxFrameType type, YamuxFlags flags, uint id, uint length, int body = 0)
    {
        byte[] bytes = new byte[YamuxHeader.Size + body];
        new YamuxHeader(type, flags, id, length).Write(bytes);
        bytes.AsSpan(YamuxHeader.Size).Fill((byte)id);
        return bytes;
    }

    public static byte[] Data(uint id, int length, YamuxFlags flags = YamuxFlags.None) => Frame(YamuxFrameType.Data, flags, id, (uint)length, length);

    public static byte[] Window(uint id, uint delta, YamuxFlags flags = YamuxFlags.None) => Frame(YamuxFrameType.WindowUpdate, flags, id, delta);

    public static byte[] Syn(uint id) => Window(id, 0, YamuxFlags.Syn);

    /// <summary>Feeds bytes and tells what happened: <c>opened 1; data 1 5; fin 1</c>. What is only answered is seen by <see cref="Sent"/>.</summary>
    public string Feed(params byte[][] frames)
    {
        List<string> events = [];
        foreach (byte[] frame in frames)
        {
            ReadOnlySpan<byte> input = frame;
            while (Session.TryReceive(ref input, Now, out YamuxEvent e))
            {
                if (e.Kind != YamuxEventKind.Answered)
                {
                    events.Add(Text(e));
                }

                Received.AddRange(e.Body);
            }
        }

        return string.Join("; ", events);
    }

    public string FeedHex(string hex) => Feed(Convert.FromHexString(hex));

    /// <summary>The frames to send since the last call, as hex.</summary>
    public string Sent()
    {
        List<string> frames = [];
        Span<byte> bytes = stackalloc byte[YamuxHeader.Size];
        while (Session.TryDequeue(out YamuxHeader frame))
        {
            frames.Add(FrameHex(frame, bytes));
        }

        return string.Join(" ", frames);
    }

    public uint Open()
    {
        Assert.Equal(YamuxOpenResult.Opened, Session.TryOpen(Now, out uint id));
        return id;
    }

    private static string FrameHex(YamuxHeader frame, Span<byte> bytes)
    {
        frame.Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static string Text(in YamuxEvent e) => e.Kind switch
    {
        YamuxEventKind.StreamOpened => $"opened {e.StreamId}",
        YamuxEventKind.Data => $"data {e.StreamId} {e.Body.Length}",
        YamuxEventKind.WindowOpened => $"window {e.StreamId}",
        YamuxEventKind.RemoteFin => $"fin {e.StreamId}",
        YamuxEventKind.StreamReset => $"reset {e.StreamId}",
        YamuxEventKind.Pong => $"pong {e.RoundTrip.TotalMilliseconds}",
        YamuxEventKind.GoAway => $"goaway {e.GoAwayCode}",
        _ => $"violation {e.Violation}",
    };
}
