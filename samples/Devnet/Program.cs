using OpStack.P2P.Devnet;

if (!DevnetOptions.TryParse(args, out DevnetOptions options, out string error))
{
    Console.Error.WriteLine(error);
    Console.Error.WriteLine();
    Console.Error.WriteLine(DevnetOptions.Usage);
    return 2;
}

if (options.Help)
{
    Console.WriteLine(DevnetOptions.Usage);
    return 0;
}

using CancellationTokenSource stop = new();
ConsoleCancelEventHandler onCancel = (_, e) =>
{
    e.Cancel = !stop.IsCancellationRequested; // Leave in order, with the summary of what was delivered so far; the second time, at once.
    stop.Cancel();
};
Console.CancelKeyPress += onCancel;

IReport report = options.Json ? new JsonReport(Console.Out) : new TextReport(options);
RunOutcome outcome = await new DevnetRun(options, report).RunAsync(stop.Token);
Console.CancelKeyPress -= onCancel;
return outcome == RunOutcome.Complete ? 0 : 1;
