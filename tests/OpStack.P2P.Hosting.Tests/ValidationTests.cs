using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OpStack.P2P.Hosting.Tests;

/// <summary>What is wrong is told at the start of the host, all of it, by the option's name and without secrets.</summary>
public sealed class ValidationTests
{
    private const string Secret = "4646464646464646464646464646464646464646464646464646464646464646";

    /// <summary>One wrong value for every option that can be wrong, and what is said of it.</summary>
    public static TheoryData<string, object?, string> Mistakes => new()
    {
        { "Chain", "nowhere", "Chain must be one of 10 (OP Mainnet), " },
        { "Chain", null, "Chain or RollupConfig must be given." },
        { "RollupConfig", "/no/such/file", "RollupConfig: /no/such/file: " },
        { "UnsafeBlockSigner", "0x12", "UnsafeBlockSigner must be an address of 40 hex digits, not \"0x12\"." },
        { "L1", "ftp://l1", "L1 must be an http or https URL." },
        { "VerifierL1Confs", 10_001, "VerifierL1Confs must be 0 to 10,000, not \"10001\"." },
        { "L1RuntimeConfigReloadInterval", TimeSpan.FromDays(2), "L1RuntimeConfigReloadInterval must be 0 to a day, not \"2.00:00:00\"." },
        { "PrivPath", Secret, "PrivPath must be the name of a file, not a key." },
        { "PrivRaw", "abc", "PrivRaw must be a key of 64 hex digits." },
        { "ListenIp", "here", "ListenIp must be an IP address, not \"here\"." },
        { "ListenTcp", 80, "ListenTcp must be a port: 0, or 1024 to 65535, not \"80\"." },
        { "ListenUdp", 65_536, "ListenUdp must be a port: 0, or 1024 to 65535, not \"65536\"." },
        { "AdvertiseIp", "no host", "AdvertiseIp must be an IP address or a host name, not \"no host\"." },
        { "AdvertiseIp", "0.0.0.0", "AdvertiseIp must be an address peers can reach, not \"0.0.0.0\"." },
        { "AdvertiseTcp", -1, "AdvertiseTcp must be a port: 0, or 1024 to 65535, not \"-1\"." },
        { "AdvertiseUdp", 1, "AdvertiseUdp must be a port: 0, or 1024 to 65535, not \"1\"." },
        { "StopTimeout", TimeSpan.Zero, "StopTimeout must be 1 s to 10 min, not \"00:00:00\"." },
        { "HealthDegradedAfter", 0, "HealthDegradedAfter must be 1 to 100,000 block times, not \"0\"." },
        { "HealthUnhealthyAfter", 14, "HealthUnhealthyAfter must be HealthDegradedAfter to 100,000 block times, not \"14\"." },
        { "Bootnodes", new List<string> { "enode://ab" }, "Bootnodes must be enr: or enode:// records (InvalidEnode (" },
        { "NetRestrict", new List<string> { "10.0.0.0/40" }, "NetRestrict: NetRestrict is out of range: CIDR ranges" },
        { "DiscoveryInterval", TimeSpan.FromMilliseconds(99), "DiscoveryInterval must be 100 ms to a day, not \"00:00:00.0990000\"." },
        { "DiscoveryRandomize", TimeSpan.FromDays(2), "DiscoveryRandomize must be 100 ms to a day, not \"2.00:00:00\"." },
        { "Static", new List<string> { "/ip4/1.2.3.4/tcp/9222" }, "Static must be multiaddrs that end in /p2p/…, not \"/ip4/1.2.3.4/tcp/9222\"." },
        { "PeersLo", 31, "PeersLo must be 1 to PeersHi, not \"31\"." },
        { "PeersHi", 100_001, "PeersHi must be 1 to 100000, not \"100001\"." },
        { "PeersGrace", TimeSpan.FromDays(2), "PeersGrace: ConnectionLimits.Grace must be between zero and a day." },
        { "Redial", -1, "Redial: GaterConfig.PeerRedialing must be null or at least 0." },
        { "RedialPeriod", TimeSpan.Zero, "RedialPeriod: GaterConfig.DialPeriod must be positive and at most 365 days." },
        { "Scoring", "heavy", "Scoring must be light or none, not \"heavy\"." },
        { "BanThreshold", 1.0, "BanThreshold: PeerMonitoring.BanThreshold must be a finite number below 0." },
        { "BanDuration", TimeSpan.Zero, "BanDuration: PeerMonitoring.BanDuration must be positive and at most 365 days." },
        { "GossipMeshD", 13, "GossipMeshD must be 1 to GossipMeshDhi, not \"13\"." },
        { "GossipMeshLo", 0, "GossipMeshLo must be 1 to GossipMeshD, not \"0\"." },
        { "GossipMeshDhi", 1001, "GossipMeshDhi must be 1 to 1,000, not \"1001\"." },
        { "GossipMeshDlazy", 0, "GossipMeshDlazy must be 1 to 1,000, not \"0\"." },
        { "GossipTimestampThreshold", TimeSpan.FromMilliseconds(1500), "GossipTimestampThreshold must be 0 to a day in whole seconds, not \"00:00:01.5000000\"." },
        { "UserAgent", new string('x', 129), "UserAgent: SwarmOptions.AgentVersion must be a text of at most 128 characters." },
        { "TimeoutDial", TimeSpan.Zero, "TimeoutDial: SwarmOptions.DialTimeout must be positive and at most a day, not 00:00:00." },
        { "TimeoutAccept", TimeSpan.Zero, "TimeoutAccept: SwarmOptions.AcceptTimeout must be positive and at most a day, not 00:00:00." },
        { "TimeoutNegotiation", TimeSpan.Zero, "TimeoutNegotiation: SwarmOptions.StreamTimeout must be positive and at most a day, not 00:00:00." },
        { "RpcMaxBodyBytes", 1, "RpcMaxBodyBytes: RpcOptions.MaxBodyBytes must be 1 KiB to 32 MiB." },
        { "RpcMaxBatch", 0, "RpcMaxBatch: RpcOptions.MaxBatch must be 1 to 10,000." },
        { "SequencerKey", "abc", "SequencerKey must be a key of 64 hex digits." },
        { "SequencerKeyPath", "/no/such/file", "SequencerKeyPath: The key file /no/such/file cannot be used: " },
        { "SignerEndpoint", "https://signer", "SignerEndpoint and SignerAddress must both be given, or neither." },
        { "SignerAddress", "0x12", "SignerEndpoint and SignerAddress must both be given, or neither." },
    };

    private static string[] AlwaysRight =>
    [
        // Switches.
        .. typeof(P2POptions).GetProperties().Where(property => property.PropertyType == typeof(bool)).Select(property => property.Name),

        // Any text names a file that may come to be; those of a signer are wrong only with one, below.
        "DiscoveryPath", "Bootstore", "PeerstorePath", "SignerHeader", "SignerTlsCa", "SignerTlsCert", "SignerTlsKey",
    ];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_wrong_value_is_told_by_its_name(string option, object? value, string told)
    {
        PropertyInfo property = typeof(P2POptions).GetProperty(option)!;
        string fault = Assert.Single(FaultsOf(options => property.SetValue(options, value)));
        Assert.StartsWith(told, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void No_option_goes_unchecked() => Assert.Empty(
        typeof(P2POptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => property.Name)
            .Except(AlwaysRight)
            .Except(Mistakes.Select(row => (string)row[0]!)));

    [Fact]
    public void Settings_that_do_not_go_together_are_told()
    {
        Assert.Equal(
            ["Nat must be false without an IPv4 address to listen at, not \"True\"."], FaultsOf(options => (options.Nat, options.ListenIp) = (true, "::")));
        Assert.Equal(
            ["SyncModeReqResp must be false without SyncReqResp, not \"True\"."],
            FaultsOf(options => (options.SyncReqResp, options.SyncModeReqResp) = (false, true)));
        Assert.Equal(
            ["Of SequencerKey, SequencerKeyPath and SignerEndpoint only one may be given."],
            FaultsOf(options => (options.SequencerKey, options.SignerEndpoint, options.SignerAddress) = (Secret, "http://signer", Address)));
        Assert.Equal(
            ["SignerHeader must be \"key=value\" each."],
            FaultsOf(options => (options.SignerHeader, options.SignerEndpoint, options.SignerAddress) = (["secret"], "http://signer", Address)));
        Assert.Equal(
            ["SignerTlsKey must be a file, or SignerTlsEnabled false, not \"\".", "SignerEndpoint: RemoteSignerOptions.TlsKeyPath must be given together with TlsCertificatePath."],
            FaultsOf(options => (options.SignerTlsKey, options.SignerEndpoint, options.SignerAddress) = ("", "https://signer", Address)));
    }

    [Fact]
    public async Task Every_fault_is_named_at_once_and_no_key_is_told()
    {
        using IHost host = TestHost.Build(services => services.AddOpStackP2P("base", options =>
        {
            options.Chain = Secret;
            options.ListenTcp = 80;
            options.ListenIp = "here";
            options.SequencerKey = Secret[1..];
            options.Scoring = "0x" + Secret;
        }));
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(["Chain", "ListenIp", "ListenTcp", "Scoring", "SequencerKey"], refused.Failures.Select(fault => fault.Split(' ')[1]).Order());
        Assert.All(refused.Failures, fault => Assert.StartsWith("base: ", fault, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret[1..], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checking_makes_no_key_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hosting-{Guid.NewGuid():N}", "key.txt");
        Assert.Empty(FaultsOf(options => options.PrivPath = path));
        Assert.False(File.Exists(path));
    }

    private const string Address = "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f";

    private static IReadOnlyList<string> FaultsOf(Action<P2POptions> change)
    {
        P2POptions options = new() { Chain = "10" };
        change(options);
        return [.. new P2POptionsValidator().Validate(null, options).Failures ?? []];
    }
}
