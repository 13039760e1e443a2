using OpStack.Libp2p.Gossipsub;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class GossipsubOptionsTests
{
    [Fact]
    public void Defaults_are_op_nodes()
    {
        GossipsubOptions options = new();
        options.Validate();
        Assert.Equal((8, 6, 12, 6, 2), (options.MeshDegree, options.MeshLow, options.MeshHigh, options.GossipDegree, options.MeshOutbound));
        Assert.Equal((12, 3, 130), (options.HistoryLength, options.HistoryGossip, (int)(options.SeenTtl / options.HeartbeatInterval)));
        Assert.Equal((false, false, 0), (options.FloodPublish, options.PeerExchange, options.DirectPeers.Count));
        Assert.Equal((60, 2, 300), (options.OpportunisticGraftTicks, options.OpportunisticGraftPeers, options.DirectConnectTicks));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1)), (options.IWantFollowup, options.DirectConnectInitialDelay));
    }

    public static TheoryData<string, Func<GossipsubOptions, GossipsubOptions>> Wrong() => new()
    {
        { nameof(GossipsubOptions.MeshDegree), o => o with { MeshDegree = 13 } },
        { nameof(GossipsubOptions.MeshDegree), o => o with { MeshDegree = 0 } },
        { nameof(GossipsubOptions.MeshLow), o => o with { MeshLow = 9 } },
        { nameof(GossipsubOptions.MeshByScore), o => o with { MeshByScore = 9 } },
        { nameof(GossipsubOptions.MeshOutbound), o => o with { MeshOutbound = 5 } },
        { nameof(GossipsubOptions.MeshOutbound), o => o with { MeshLow = 2 } },
        { nameof(GossipsubOptions.GossipDegree), o => o with { GossipDegree = -1 } },
        { nameof(GossipsubOptions.GossipFactor), o => o with { GossipFactor = double.NaN } },
        { nameof(GossipsubOptions.GossipFactor), o => o with { GossipFactor = 1.1 } },
        { nameof(GossipsubOptions.HistoryLength), o => o with { HistoryLength = 0 } },
        { nameof(GossipsubOptions.HistoryGossip), o => o with { HistoryGossip = 13 } },
        { nameof(GossipsubOptions.SeenTtl), o => o with { SeenTtl = TimeSpan.Zero } },
        { nameof(GossipsubOptions.FanoutTtl), o => o with { FanoutTtl = TimeSpan.FromDays(2) } },
        { nameof(GossipsubOptions.HeartbeatInterval), o => o with { HeartbeatInterval = TimeSpan.FromSeconds(-1) } },
        { nameof(GossipsubOptions.HeartbeatInitialDelay), o => o with { HeartbeatInitialDelay = TimeSpan.Zero } },
        { nameof(GossipsubOptions.PruneBackoff), o => o with { PruneBackoff = TimeSpan.FromSeconds(3601) } },
        { nameof(GossipsubOptions.UnsubscribeBackoff), o => o with { UnsubscribeBackoff = TimeSpan.FromSeconds(1.5) } },
        { nameof(GossipsubOptions.GraftFloodThreshold), o => o with { GraftFloodThreshold = TimeSpan.FromSeconds(61) } },
        { nameof(GossipsubOptions.GossipRetransmission), o => o with { GossipRetransmission = 0 } },
        { nameof(GossipsubOptions.MaxIHaveLength), o => o with { MaxIHaveLength = 0 } },
        { nameof(GossipsubOptions.MaxIHaveMessages), o => o with { MaxIHaveMessages = 0 } },
        { nameof(GossipsubOptions.IDontWantThreshold), o => o with { IDontWantThreshold = -1 } },
        { nameof(GossipsubOptions.IWantFollowup), o => o with { IWantFollowup = TimeSpan.Zero } },
        { nameof(GossipsubOptions.OpportunisticGraftTicks), o => o with { OpportunisticGraftTicks = 0 } },
        { nameof(GossipsubOptions.OpportunisticGraftPeers), o => o with { OpportunisticGraftPeers = -1 } },
        { nameof(GossipsubOptions.DirectPeers), o => o with { DirectPeers = null! } },
        { nameof(GossipsubOptions.DirectPeers), o => o with { DirectPeers = [null!] } },
        { nameof(GossipsubOptions.DirectConnectTicks), o => o with { DirectConnectTicks = 0 } },
        { nameof(GossipsubOptions.DirectConnectInitialDelay), o => o with { DirectConnectInitialDelay = TimeSpan.FromSeconds(-1) } },
        { nameof(GossipsubOptions.ValidationQueue), o => o with { ValidationQueue = 0 } },
        { nameof(GossipsubOptions.ValidationThrottle), o => o with { ValidationThrottle = 0 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_setting_names_itself(string setting, Func<GossipsubOptions, GossipsubOptions> change)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => change(new GossipsubOptions()).Validate());
        Assert.Equal(setting, error.ParamName);
    }
}
