using OpStack.Libp2p.Connections;
using Microsoft.Extensions.Logging;

namespace OpStack.P2P;

/// <summary>Serves blocks by number.</summary>
public sealed class PayloadServer
{
    public PayloadServer(IProtocolHost host, RollupConfig config, IPayloadSource source, TimeProvider? time = null, ILoggerFactory? loggerFactory = null) => throw new NotImplementedException();

    public PayloadServerStatistics Statistics => throw new NotImplementedException();

    public void Start() => throw new NotImplementedException();
}
