using System.Diagnostics;

namespace OpStack.Libp2p;

/// <summary>
/// The spans of this assembly: <c>libp2p.dial</c>, a dial of a peer from its turn to its end, and in it or alone <c>libp2p.handshake</c>, from
/// the socket to the muxer. Tags: <c>direction</c> (inbound, outbound) of a handshake; <c>error.type</c>, a name of <see cref="Libp2pError"/>,
/// <c>Abandoned</c> or <c>Fault</c>, where it failed. Without a listener none is made.
/// </summary>
internal static class Libp2pActivity
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "OpStack.Libp2p";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Null without a listener.</summary>
    public static Activity? StartDial() => Source.StartActivity("libp2p.dial", ActivityKind.Client);

    /// <summary>Null without a listener.</summary>
    public static Activity? StartHandshake(bool isOutbound)
    {
        Activity? activity = Source.StartActivity("libp2p.handshake", isOutbound ? ActivityKind.Client : ActivityKind.Server);
        activity?.SetTag("direction", isOutbound ? "outbound" : "inbound");
        return activity;
    }

    /// <summary>Marks a span as failed.</summary>
    public static void Fail(this Activity activity, Exception failure)
    {
        activity.SetStatus(ActivityStatusCode.Error);
        activity.SetTag("error.type", failure switch
        {
            Libp2pException known => known.Error.ToString(),
            OperationCanceledException => "Abandoned",
            _ => "Fault",
        });
    }
}
