using System.Runtime.InteropServices;
using OpStack.P2P.FollowChain;

using CancellationTokenSource stop = new();
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested; // The network is left in order; a second one ends the process.
    stop.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
return await new FollowCommand(Console.In, Console.Out, Console.Error, Environment.GetEnvironmentVariable).RunAsync(args, stop.Token);
