using System.Text.Json;
using OpStack.P2P.FollowChain;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;

namespace OpStack.P2P.Tests.FollowChain;

/// <summary>The program itself, following a sequencer on loopback.</summary>
public sealed class FollowTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("follow");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Blocks_are_printed_as_they_come(bool byDiscovery)
    {
        using FakeSigner signer = new();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(config => config with { Signer = signer });
        using CancellationTokenSource enough = new();
        Task publishing = PublishAsync(sequencer, enough.Token);
        string config = Path.Combine(_directory.FullName, "rollup.json");
        File.WriteAllText(config, RollupJson);

        (int code, string output, string error) = await Follow.RunAsync(
        [
            "--rollup.config", config, $"--p2p.unsafe.block.signer={signer.Address}", "--blocks=3", "--json",
            "--p2p.listen.ip=127.0.0.1", "--p2p.listen.tcp=0", "--p2p.advertise.ip=127.0.0.1", $"--p2p.priv.path={Path.Combine(_directory.FullName, "key")}",
            $"--p2p.peerstore.path={Path.Combine(_directory.FullName, "peers")}", $"--p2p.discovery.path={Path.Combine(_directory.FullName, "discovery")}",
            .. byDiscovery ? ["--p2p.bootnodes", sequencer.Enr.ToString()] : new[] { "--p2p.static", sequencer.Address.ToString(), "--p2p.no-discovery" },
        ]);
        await enough.CancelAsync();
        await publishing;
        Assert.Equal((0, true), (code, error.Contains("Following chain 901 as 16Uiu2HA", StringComparison.Ordinal)));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        foreach (string line in lines)
        {
            using JsonDocument block = JsonDocument.Parse(line);
            Assert.True(block.RootElement.GetProperty("number").GetUInt64() > 0);
            Assert.Equal(1, block.RootElement.GetProperty("peers").GetInt32());
        }

        Assert.True(File.Exists(Path.Combine(_directory.FullName, "key")));
        Assert.True(File.Exists(Path.Combine(_directory.FullName, "peers", "peers.json")));
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_it_with_1()
    {
        await using TestNetwork other = await TestNetwork.StartAsync(config => config with { Discovery = false });
        Assert.True(other.Gossip.ListenAddresses[0].TryGetTcpEndPoint(out System.Net.IPEndPoint? taken));
        (int code, string output, string error) = await Follow.RunAsync(
            ["--p2p.priv.raw", new string('4', 64), "--p2p.peerstore.path=memory", "--p2p.no-discovery", "--p2p.listen.ip=127.0.0.1", $"--p2p.listen.tcp={taken.Port}"]);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(taken.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_is_how_it_ends(bool isRunning)
    {
        using CancellationTokenSource stop = new();
        using StringWriter output = new();
        using FirstLine error = new();
        Task<int> running = new FollowCommand(TextReader.Null, output, error, _ => null).RunAsync(
            ["--p2p.priv.raw", new string('4', 64), "--p2p.peerstore.path=memory", "--p2p.no-discovery", "--p2p.listen.ip=127.0.0.1", "--p2p.listen.tcp=0"],
            stop.Token);
        await (isRunning ? error.Written.WaitAsync(DriverNode.Patience) : Task.CompletedTask);
        await stop.CancelAsync();
        Assert.Equal(0, await running.WaitAsync(DriverNode.Patience));
        Assert.Equal("", output.ToString());
    }

    internal const string RollupJson = """
        {
          "genesis": { "l1": { "hash": "0x0000000000000000000000000000000000000000000000000000000000000000", "number": 0 },
                       "l2": { "hash": "0x0000000000000000000000000000000000000000000000000000000000000000", "number": 0 }, "l2_time": 0 },
          "block_time": 2, "l1_chain_id": 900, "l2_chain_id": 901, "regolith_time": 0, "canyon_time": 0, "delta_time": 0, "ecotone_time": 0,
          "fjord_time": 0, "granite_time": 0, "holocene_time": 0, "isthmus_time": 0
        }
        """;

    private static async Task PublishAsync(TestNetwork sequencer, CancellationToken enough)
    {
        for (ulong number = 1; !enough.IsCancellationRequested; number++)
        {
            await sequencer.Handler.PublishAsync(DriverNode.Block(number), CancellationToken.None);
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override Task WriteLineAsync(string? value)
        {
            _written.TrySetResult();
            return base.WriteLineAsync(value);
        }
    }
}
