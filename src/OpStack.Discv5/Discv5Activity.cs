using System.Diagnostics;

namespace OpStack.Discv5;

/// <summary>
/// The span of this assembly: <c>discv5.lookup</c>, a lookup that the host asked for, from its call to its answer; those the table makes for
/// itself have none. Tag: <c>error.type</c>, a name of <see cref="Discv5Error"/>, <c>Abandoned</c> or <c>Fault</c>, where it failed. Without a
/// listener none is made.
/// </summary>
internal static class Discv5Activity
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "OpStack.Discv5";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Null without a listener.</summary>
    public static Activity? StartLookup() => Source.StartActivity("discv5.lookup");

    /// <summary>Marks a span as failed.</summary>
    public static void Fail(this Activity activity, Exception failure)
    {
        activity.SetStatus(ActivityStatusCode.Error);
        activity.SetTag("error.type", failure switch
        {
            Discv5Exception known => known.Error.ToString(),
            OperationCanceledException => "Abandoned",
            _ => "Fault",
        });
    }
}
