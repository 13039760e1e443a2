using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.FollowChain;

/// <summary>The p2p commands.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private const string Key = "0x4646464646464646464646464646464646464646464646464646464646464646\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("follow");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_key_is_made_and_its_ids_are_printed()
    {
        (int code, string made, _) = await Follow.RunAsync(["p2p", "genkey"]);
        Assert.Equal(0, code);
        Assert.Matches("^[0-9a-f]{64}\\r?\\n$", made);
        Assert.StartsWith("16Uiu2HA", (await Follow.RunAsync(["p2p", "priv2id"], made)).Output, StringComparison.Ordinal);

        string file = Path.Combine(_directory.FullName, "key.txt");
        (int written, string id, _) = await Follow.RunAsync(["p2p", "genkey", file]);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal((0, id), (written, (await Follow.RunAsync(["p2p", "priv2id", file])).Output));
        (int again, _, string error) = await Follow.RunAsync(["p2p", "genkey", file]);
        Assert.Equal((2, true), (again, error.Contains("is there already", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ids_are_those_of_the_key()
    {
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        byte[] compressed = new byte[Secp256k1PublicKey.CompressedSize];
        key.PublicKey.WriteCompressed(compressed);
        string peerId = key.PublicKey.ToPeerId().ToString();
        Assert.Equal(peerId, (await Follow.RunAsync(["p2p", "priv2id"], Key)).Output.Trim());
        Assert.Equal(peerId, (await Follow.RunAsync(["p2p", "pub2id"], Convert.ToHexString(compressed) + "\n")).Output.Trim());
        byte[] uncompressed = new byte[Secp256k1PublicKey.UncompressedSize];
        key.PublicKey.WriteUncompressed(uncompressed);
        string file = Path.Combine(_directory.FullName, "public.txt");
        File.WriteAllText(file, $"0x{Convert.ToHexStringLower(uncompressed)}\n");
        Assert.Equal(peerId, (await Follow.RunAsync(["p2p", "pub2id", file])).Output.Trim());
        Assert.Equal(NodeId.FromPublicKey(key.PublicKey).ToString(), (await Follow.RunAsync(["p2p", "nodeid"], Key)).Output.Trim());
    }

    [Fact]
    public async Task A_record_names_the_chain_and_the_ports()
    {
        (int code, string output, _) = await Follow.RunAsync(
            ["p2p", "enr", "--chain", "8453", "--p2p.advertise.ip", "192.0.2.1", "--p2p.advertise.tcp", "9222", "--p2p.advertise.udp", "9223"], Key);
        Assert.Equal(0, code);
        Assert.True(Enr.TryParse(output.Trim(), out Enr? record));
        Assert.True(EnrValidation.Validate(record, 8453).IsValid);
        Assert.Equal(("192.0.2.1:9222", "192.0.2.1:9223"), (record.Tcp4!.ToString(), record.Udp4!.ToString()));
    }

    [Fact]
    public async Task What_is_no_key_is_told_without_it()
    {
        (int code, _, string error) = await Follow.RunAsync(["p2p", "priv2id"], "464646secret");
        Assert.Equal((2, false), (code, error.Contains("secret", StringComparison.Ordinal)));
        Assert.Equal(2, (await Follow.RunAsync(["p2p", "pub2id"], "02")).Code);
        Assert.Equal(2, (await Follow.RunAsync(["p2p", "pub2id", Path.Combine(_directory.FullName, "none")])).Code);
    }
}
