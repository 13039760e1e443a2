namespace OpStack.P2P.Tests.FollowChain;

/// <summary>What is refused: by name, with 2, and without a word of what may be a key.</summary>
public sealed class MistakeTests
{
    private const string Key = "4646464646464646464646464646464646464646464646464646464646464646";
    private const string Remote = "--signer.endpoint http://user:secret@x --signer.address 0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc";

    [Theory]
    [InlineData("--p2p.listen.tpc=1", "--p2p.listen.tpc is not known; did you mean --p2p.listen.ip or --p2p.listen.tcp?")]
    [InlineData("--what", "--what is not known;")]
    [InlineData("stray", "stray is not known.")]
    [InlineData("p2p", "p2p takes one of genkey")]
    [InlineData("p2p what", "what is not known")]
    [InlineData("--p2p.disable", "--p2p.disable")]
    [InlineData("--p2p.mux yamux,mplex", "--p2p.mux: mplex is not supported")]
    [InlineData("--p2p.security tls,noise", "--p2p.security: tls is not supported")]
    [InlineData("--p2p.security none", "--p2p.security: none is not supported")]
    [InlineData("--p2p.listen.tcp 80", "--p2p.listen.tcp must be a port")]
    [InlineData("--p2p.listen.tcp 65536", "--p2p.listen.tcp must be a port")]
    [InlineData("--p2p.peers.lo 40", "--p2p.peers.lo and --p2p.peers.hi")]
    [InlineData("--p2p.scoring heavy", "--p2p.scoring must be light or none, not \"heavy\"")]
    [InlineData("--p2p.gossip.mesh.d 0", "--p2p.gossip.mesh.d must be 1 to 1000")]
    [InlineData("--p2p.ban.threshold 5", "--p2p.ban.threshold must be a number below 0")]
    [InlineData("--p2p.gossip.timestamp.threshold 60", "--p2p.gossip.timestamp.threshold must be a duration")]
    [InlineData("--p2p.bootnodes enr:x", "--p2p.bootnodes: \"enr:x\"")]
    [InlineData("--p2p.static /ip4/1.2.3.4/tcp/1", "--p2p.static: ")]
    [InlineData("--p2p.peerstore.path=", "--p2p.peerstore.path must be a directory, or memory")]
    [InlineData("--p2p.nat=perhaps", "--p2p.nat must be true or false")]
    [InlineData("--p2p.nat=", "--p2p.nat must be true or false")]
    [InlineData("--p2p.nat --p2p.listen.ip ::1", "--p2p.nat: ")]
    [InlineData("--syncmode.req-resp --p2p.sync.req-resp=false", "--syncmode.req-resp needs --p2p.sync.req-resp")]
    [InlineData("--signer.endpoint http://x", "--signer.endpoint and --signer.address must both be given")]
    [InlineData("--p2p.sequencer.key 1234", "--p2p.sequencer.key must be a key of 64 hex digits.")]
    [InlineData("--chain nowhere", "--chain must be one of 10 (OP Mainnet)")]
    [InlineData("--rollup.config none.json", "--rollup.config: ")]
    [InlineData("--p2p.priv.raw zz", "--p2p.priv.raw must be a key of 64 hex digits.")]
    [InlineData("--p2p.mux YAMUX,mplex", "--p2p.mux: mplex is not supported")]
    [InlineData("--p2p.security plaintext", "--p2p.security: plaintext is not supported")]
    [InlineData("--p2p.peers.hi 100001", "must be 1 to 100000")]
    [InlineData("--p2p.priv.raw= --p2p.priv.path=", "--p2p.priv.path must be a file")]
    [InlineData("--p2p.priv.raw= --p2p.priv.path=" + Key, "--p2p.priv.path takes the name of a file, not a key.")]
    [InlineData("--p2p.sequencer.key.path=" + Key, "--p2p.sequencer.key.path takes the name of a file, not a key.")]
    [InlineData("--p2p.sequencer.key.path=a --p2p.sequencer.key=" + Key, "--p2p.sequencer.key and --p2p.sequencer.key.path cannot both be given.")]
    [InlineData(Key, "… is not known.")]
    [InlineData("p2p priv2id " + Key, "key file … ")]
    [InlineData("p2p genkey 0x" + Key + " more", "more is not known.")]
    [InlineData("--chain " + Key, "not \"…\"")]
    [InlineData("--p2p.discovery.interval 0", "--p2p.discovery.interval: ")]
    [InlineData("--p2p.discovery.randomize 1ms", "--p2p.discovery.randomize: ")]
    [InlineData("--p2p.netrestrict 10.0.0.0/99", "--p2p.netrestrict: ")]
    [InlineData("--p2p.advertise.ip 0.0.0.0", "--p2p.advertise.ip: ")]
    [InlineData("--p2p.peers.grace 25h", "--p2p.peers.grace: ")]
    [InlineData("--p2p.redial.period 0", "--p2p.redial.period: ")]
    [InlineData("--p2p.ban.duration 0", "--p2p.ban.duration: ")]
    [InlineData("--p2p.timeout.dial 0", "--p2p.timeout.dial: ")]
    [InlineData("--p2p.timeout.accept 25h", "--p2p.timeout.accept: ")]
    [InlineData("--p2p.timeout.negotiation 0s", "--p2p.timeout.negotiation: ")]
    [InlineData("--p2p.gossip.mesh.d 4", "--p2p.gossip.mesh.lo: ")]
    [InlineData("--p2p.gossip.mesh.dhi 4", "--p2p.gossip.mesh.d: ")]
    [InlineData("--p2p.static /ip4/1.2.3.4/udp/5/p2p/16Uiu2HAm8Vjqk7Sgb6sj7f63Uuykjx1XWhFhefDFPsph8d9pqoUo", "--p2p.static: ")]
    [InlineData("--l1 http://127.0.0.1:1 --l1.runtime-config-reload-interval 1ms", "--l1.runtime-config-reload-interval: ")]
    [InlineData("--l1 http://127.0.0.1:1 --verifier.l1-confs 10001", "--verifier.l1-confs: ")]
    [InlineData("--l1 ftp://user:secret@127.0.0.1", "--l1 must be an http or https URL.")]
    [InlineData(Remote + " --signer.header a", "--signer.header must be key=value.")]
    [InlineData(Remote + " --signer.header secret\u0001=b", "--signer.header: ")]
    [InlineData(Remote + " --p2p.sequencer.key=" + Key, "--signer.endpoint cannot both be given.")]
    [InlineData("--signer.endpoint https://x --signer.address 0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc", "--signer.endpoint: ")]
    [InlineData("--signer.endpoint https://x --signer.address 0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc --signer.tls.cert=", "--signer.tls.cert must be a file")]
    public async Task A_mistake_is_named_and_ends_with_2(string arguments, string message)
    {
        string[] quiet = ["--p2p.priv.raw", Key, "--p2p.peerstore.path=memory", "--p2p.discovery.path=memory"];
        (int code, string output, string error) = await Follow.RunAsync([.. quiet, .. arguments.Split(' ')]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("4646", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KONA_NODE_P2P_PEERS_LO", "many", " must be")]
    [InlineData("OP_NODE_P2P_MUX", "mplex", ": mplex is not supported")]
    [InlineData("OP_NODE_P2P_NAT", "perhaps", " must be true or false")]
    [InlineData("KONA_NODE_P2P_BOOTNODES", "enr:x", ": \"enr:x\"")]
    [InlineData("OP_NODE_P2P_STATIC", "x", ": \"x\"")]
    [InlineData("KONA_NODE_P2P_DISCOVERY_INTERVAL", "0", ": ")]
    [InlineData("OP_NODE_ROLLUP_CONFIG", "none.json", ": ")]
    public async Task A_wrong_variable_is_named_as_the_variable(string name, string value, string message)
    {
        string[] quiet = ["--p2p.priv.raw", Key, "--p2p.peerstore.path=memory", "--p2p.discovery.path=memory"];
        (int code, _, string error) = await Follow.RunAsync(quiet, environment: new Dictionary<string, string> { [name] = value });
        Assert.Equal(2, code);
        Assert.StartsWith(name + message, error, StringComparison.Ordinal);
    }
}
