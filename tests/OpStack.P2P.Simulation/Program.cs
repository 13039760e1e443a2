using OpStack.P2P.Simulation.Discovery;
using OpStack.P2P.Simulation.Gossip;

// pings [count] | discovery [loss] [size,size,...] | gossip [--name value ...] | gossip-cost [--name value ...]: docs/simulation.md
switch (args)
{
    case ["pings", .. string[] rest]:
        int pings = rest is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;
        PingLoad.Result result = PingLoad.Run(10_000, pings);
        Console.WriteLine($"{result.Answered} answered, {result.AllocatedPerPing:F0} bytes allocated each, heap grew by {result.HeapGrowth} bytes");
        return 0;
    case ["discovery", .. string[] rest]:
        return DiscoveryReport.Print(rest);
    case ["gossip", .. string[] rest]:
        return GossipCommand.Run(rest);
    case ["gossip-cost", .. string[] rest]:
        return GossipCommand.Costs(rest);
    default:
        return DiscoveryReport.Print([]);
}
