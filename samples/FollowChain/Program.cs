using OpStack.P2P.FollowChain;

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true; // The network is left in order; a second one ends the process.
    if (stop.IsCancellationRequested)
    {
        e.Cancel = false;
    }

    stop.Cancel();
};
return await new FollowCommand(Console.In, Console.Out, Console.Error, Environment.GetEnvironmentVariable).RunAsync(args, stop.Token);
