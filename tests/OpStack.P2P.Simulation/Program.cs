using OpStack.P2P.Simulation.Discovery;

return DiscoveryScenario.Print(args);
