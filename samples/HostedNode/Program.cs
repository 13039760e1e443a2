using OpStack.P2P.HostedNode;

// Settings come from appsettings.json, then variables such as P2P__Chain=base, then the command line: --P2P:Chain base.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddOpStackP2P(builder.Configuration.GetSection("P2P"));
builder.Services.AddHealthChecks().AddOpStackP2P();
builder.Services.AddHostedService<BlockLogger>();

WebApplication app = builder.Build();
app.MapP2PDashboard(); // GET /
app.MapOpP2PRpc(); // POST /
app.MapP2PMetrics(); // GET /metrics
app.MapHealthChecks("/healthz");
await app.RunAsync();
