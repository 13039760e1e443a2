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
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true; // Leave in order, with the summary of what was delivered so far.
    stop.Cancel();
};

IReport report = options.Json ? new JsonReport(Console.Out) : new TextReport(options);
return await new DevnetRun(options, report).RunAsync(stop.Token) ? 0 : 1;
