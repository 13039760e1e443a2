using System.Diagnostics;

namespace OpStack.P2P.Metrics;

/// <summary>
/// The spans of this assembly: <c>opstack.validation</c>, the check of one block; <c>opstack.sync.range</c>, a range of blocks fetched, and in
/// it <c>opstack.sync.request</c>, one block asked for; <c>opstack.sync.serve</c>, one block asked of us. Tag: <c>outcome</c>, a word of the
/// label of that name in docs/metrics.md (of a validation: of <c>reason</c>; of a range: of SyncOutcome). Without a listener none is made.
/// </summary>
internal static class P2PActivity
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "OpStack.P2P";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Null without a listener.</summary>
    public static Activity? StartValidation() => Source.StartActivity("opstack.validation");

    /// <summary>Null without a listener.</summary>
    public static Activity? StartSyncRange() => Source.StartActivity("opstack.sync.range");

    /// <summary>Null without a listener.</summary>
    /// <param name="range">The span of the range it is for; default for none.</param>
    public static Activity? StartSyncRequest(ActivityContext range) => Source.StartActivity("opstack.sync.request", ActivityKind.Client, range);

    /// <summary>Null without a listener.</summary>
    public static Activity? StartSyncServe() => Source.StartActivity("opstack.sync.serve", ActivityKind.Server);

    /// <summary>Says how it ended.</summary>
    public static void End(this Activity activity, string outcome, bool isFailure)
    {
        activity.SetTag("outcome", outcome);
        activity.SetStatus(isFailure ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
    }
}
