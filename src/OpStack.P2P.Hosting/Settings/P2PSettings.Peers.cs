using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;

namespace OpStack.P2P.Hosting.Settings;

/// <summary>How many peers we want, and what we think of them.</summary>
internal sealed partial class P2PSettings
{
    /// <summary>More than any node has, and no number overflows.</summary>
    private const int MaxPeers = 100_000;

    private IReadOnlyList<Multiaddr> StaticPeers()
    {
        List<Multiaddr> peers = [];
        foreach (string text in ListOf(_options.Static))
        {
            if (Multiaddr.TryParse(text, out Multiaddr? address) && address.PeerId is not null)
            {
                peers.Add(address);
            }
            else
            {
                _faults.AddWrong(nameof(P2POptions.Static), "multiaddrs that end in /p2p/…", text);
            }
        }

        return peers;
    }

    private GaterConfig Gater()
    {
        _faults.Checked(nameof(P2POptions.Redial), new GaterConfig { PeerRedialing = _options.Redial }, config => config.Validate());
        _faults.Checked(nameof(P2POptions.RedialPeriod), new GaterConfig { DialPeriod = _options.RedialPeriod }, config => config.Validate());
        return new GaterConfig { PeerRedialing = _options.Redial, DialPeriod = _options.RedialPeriod };
    }

    /// <summary>Checked when nobody is banned as well: it is there to be switched on.</summary>
    private PeerMonitoring? Monitoring()
    {
        _faults.Checked(nameof(P2POptions.BanThreshold), new PeerMonitoring { BanThreshold = _options.BanThreshold }, monitoring => monitoring.Validate());
        _faults.Checked(nameof(P2POptions.BanDuration), new PeerMonitoring { BanDuration = _options.BanDuration }, monitoring => monitoring.Validate());
        return !_options.BanPeers ? null : new PeerMonitoring
        {
            BanThreshold = _options.BanThreshold,
            BanDuration = _options.BanDuration,
            MinPeers = Math.Max(_options.PeersLo, 0),
        };
    }

    private SwarmOptions Swarm()
    {
        _faults.Require(
            _options.PeersLo >= 1 && _options.PeersLo <= _options.PeersHi, nameof(P2POptions.PeersLo), $"1 to {nameof(P2POptions.PeersHi)}", _options.PeersLo);
        _faults.Require(_options.PeersHi is >= 1 and <= MaxPeers, nameof(P2POptions.PeersHi), $"1 to {MaxPeers}", _options.PeersHi);
        _faults.Checked(nameof(P2POptions.PeersGrace), new ConnectionLimits { Grace = _options.PeersGrace }, limits => limits.Validate());
        _faults.Checked(nameof(P2POptions.UserAgent), new SwarmOptions { AgentVersion = _options.UserAgent }, swarm => swarm.Validate());
        _faults.Checked(nameof(P2POptions.TimeoutDial), new SwarmOptions { DialTimeout = _options.TimeoutDial }, swarm => swarm.Validate());
        _faults.Checked(nameof(P2POptions.TimeoutAccept), new SwarmOptions { AcceptTimeout = _options.TimeoutAccept }, swarm => swarm.Validate());
        _faults.Checked(nameof(P2POptions.TimeoutNegotiation), new SwarmOptions { StreamTimeout = _options.TimeoutNegotiation }, swarm => swarm.Validate());
        return new SwarmOptions
        {
            AgentVersion = _options.UserAgent,
            DialTimeout = _options.TimeoutDial,
            AcceptTimeout = _options.TimeoutAccept,
            StreamTimeout = _options.TimeoutNegotiation,
            Limits = new ConnectionLimits { Grace = _options.PeersGrace }.WithWater(_options.PeersLo, _options.PeersHi),
        };
    }

    private GossipsubOptions Gossip()
    {
        _faults.Require(
            _options.GossipMeshD >= 1 && _options.GossipMeshD <= _options.GossipMeshDhi,
            nameof(P2POptions.GossipMeshD), $"1 to {nameof(P2POptions.GossipMeshDhi)}", _options.GossipMeshD);
        _faults.Require(
            _options.GossipMeshLo >= 1 && _options.GossipMeshLo <= _options.GossipMeshD,
            nameof(P2POptions.GossipMeshLo), $"1 to {nameof(P2POptions.GossipMeshD)}", _options.GossipMeshLo);
        _faults.Require(_options.GossipMeshDhi is >= 1 and <= 1000, nameof(P2POptions.GossipMeshDhi), "1 to 1,000", _options.GossipMeshDhi);
        _faults.Require(_options.GossipMeshDlazy is >= 1 and <= 1000, nameof(P2POptions.GossipMeshDlazy), "1 to 1,000", _options.GossipMeshDlazy);
        return new GossipsubOptions { GossipDegree = _options.GossipMeshDlazy, FloodPublish = _options.GossipMeshFloodPublish }
            .WithMesh(_options.GossipMeshD, _options.GossipMeshLo, _options.GossipMeshDhi);
    }

    private BlockHandlerOptions Validation()
    {
        TimeSpan threshold = _options.GossipTimestampThreshold;
        _faults.Require(
            threshold >= TimeSpan.Zero && threshold <= TimeSpan.FromDays(1) && threshold.Ticks % TimeSpan.TicksPerSecond == 0,
            nameof(P2POptions.GossipTimestampThreshold), "0 to a day in whole seconds", threshold);
        return new BlockHandlerOptions { TimestampThreshold = threshold };
    }

    private PeerScoreLevel ScoreLevel()
    {
        _faults.Require(_options.Scoring is "light" or "none" or "off", nameof(P2POptions.Scoring), "light or none", _options.Scoring);
        return _options.Scoring == "light" ? PeerScoreLevel.Light : PeerScoreLevel.Off;
    }

    private bool FillGaps()
    {
        _faults.Require(
            _options.SyncReqResp || !_options.SyncModeReqResp, nameof(P2POptions.SyncModeReqResp), $"false without {nameof(P2POptions.SyncReqResp)}", true);
        return _options.SyncModeReqResp;
    }
}
