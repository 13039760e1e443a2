using System.Net;
using System.Text.Json;
using OpStack.Discv5.Records;
using OpStack.P2P.TestKit;

namespace OpStack.Discv5.Tests.Records;

[Trait("Row", "52")]
public sealed class EnrVectorTests
{
    private const string Eip778 =
        "enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8";

    private const string OpExample =
        "enr:-Jy4QEhZOB5J8oM_Bhg32QPs8WqW5tNzjknZMGNVO9En_pCQRtCW-L0kMuq9u8jNZiL-w3_UzF7AY-54Z-gIxZ0TWjeGAYvP5WgAgmlkgnY0gmlwhH8AAAGHb3BzdGFja4IKAIlzZWNwMjU2azGhA8pjTK4NSay0Adikxrb-jFW3DRFb9AB2nMFADzJYzTE4g3RjcIIkBoN1ZHCCJAY";

    [Fact]
    public void The_record_of_EIP_778_is_read_and_written_to_the_byte()
    {
        Assert.True(Enr.TryParse(Eip778, out Enr? record));
        Assert.Equal("a448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7", record.NodeId.ToString());
        Assert.Equal(1ul, record.Sequence);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:30303"), record.Udp4);
        Assert.Null(record.Tcp4);
        Assert.Null(record.Udp6);
        Assert.Equal(["id", "ip", "secp256k1", "udp"], record.Keys);
        Assert.Equal(Eip778, record.ToString());

        Enr built = new EnrBuilder(1).SetIp(IPAddress.Loopback).SetUdp(30303).Build(EnrForge.Key);
        Assert.Equal(Eip778, built.ToString());
        Assert.Equal(record, built);
    }

    [Fact]
    public void The_record_of_an_OP_node_is_read_and_written_to_the_byte()
    {
        Assert.True(Enr.TryParse(OpExample, out Enr? record));
        Assert.Equal(1_700_000_000_000ul, record.Sequence);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:9222"), record.Tcp4);
        Assert.True(record.TryGetBytes("opstack", out ReadOnlyMemory<byte> chain));
        Assert.Equal("0a00", Convert.ToHexStringLower(chain.Span));
        Assert.True(record.TryGetRaw("opstack", out ReadOnlyMemory<byte> raw));
        Assert.Equal("820a00", Convert.ToHexStringLower(raw.Span));

        Enr built = new EnrBuilder(1_700_000_000_000).SetIp(IPAddress.Loopback).SetUdp(9222).SetTcp(9222)
            .Set("opstack", [0x0a, 0x00]).Build(EnrForge.Key);
        Assert.Equal(OpExample, built.ToString());
    }

    [Fact]
    public void The_records_of_op_node_have_the_fields_they_are_listed_with()
    {
        using JsonDocument vectors = Vectors.Json("op-node.json");
        JsonElement[] records = [.. vectors.RootElement.GetProperty("enr").EnumerateArray()];
        Assert.NotEmpty(records);
        foreach (JsonElement vector in records)
        {
            string text = vector.GetProperty("enr").GetString()!;
            Assert.True(Enr.TryParse(text, out Enr? record));
            Assert.Equal(text, record.ToString());
            Assert.Equal(vector.GetProperty("node_id").GetString(), record.NodeId.ToString());
            Assert.Equal(vector.GetProperty("signature").GetString(), Convert.ToHexStringLower(record.Signature.Span));
            Assert.Equal(Convert.ToUInt16(vector.GetProperty("tcp").GetString(), 16), record.Tcp4!.Port);
            Assert.Equal(Convert.ToUInt16(vector.GetProperty("udp").GetString(), 16), record.Udp4!.Port);
        }
    }

    [Theory]
    [InlineData(
        "enr:-J64QBbwPjPLZ6IOOToOLsSjtFUjjzN66qmBZdUexpO32Klrc458Q24kbty2PdRaLacHM5z-cZQr8mjeQu3pik6jPSOGAYYFIqBfgmlkgnY0gmlwhDaRWFWHb3BzdGFja4SzlAUAiXNlY3AyNTZrMaECmeSnJh7zjKrDSPoNMGXoopeDF4hhpj5I0OsQUUt4u8uDdGNwgiQGg3VkcIIkBg",
        "3f9e7de0d92216cfe1af52cbb72ab3819a32d482d05ab2d538cc21f3e80e3f67", "54.145.88.85:9222", 1675123400799, "b3940500")]
    [InlineData(
        "enr:-J64QAlTCDa188Hl1OGv5_2Kj2nWCsvxMVc_rEnLtw7RPFbOfqUOV6khXT_PH6cC603I2ynY31rSQ8sI9gLeJbfFGaWGAYYFIrpdgmlkgnY0gmlwhANWgzCHb3BzdGFja4SzlAUAiXNlY3AyNTZrMaECkySjcg-2v0uWAsFsZZu43qNHppGr2D5F913Qqs5jDCGDdGNwgiQGg3VkcIIkBg",
        "28b0d0310aa2b550f7d7cc81166163f49296ee2ca1d07c2606636bc5b59edd97", "3.86.131.48:9222", 1675123407453, "b3940500")]
    [InlineData(
        "enr:-J24QGEzN4mJgLWNTUNwj7riVJ2ZjRLenOFccl2dbRFxHHOCCZx8SXWzgf-sLzrGs6QgqSFCvGXVgGPBkRkfOWlT1-iGAYe6Cu93gmlkgnY0gmlwhCJBEUSHb3BzdGFja4OkAwCJc2VjcDI1NmsxoQLuYIwaYOHg3CUQhCkS-RsSHmUd1b_x93-9yQ5ItS6udIN0Y3CCIyuDdWRwgiMr",
        "b2afd93899c138be612e03f14be402fc2676e7fe31e80ba584e010da390ed2f0", "34.65.17.68:9003", 1682453491575, "a40300")]
    [InlineData(
        "enr:-J24QNz9lbrKbN4iSmmjtnr7SjUMk4zB7f1krHZcTZx-JRKZd0kA2gjufUROD6T3sOWDVDnFJRvqBBo62zuF-hYCohOGAYiOoEyEgmlkgnY0gmlwhAPniryHb3BzdGFja4OFQgCJc2VjcDI1NmsxoQKNVFlCxh_B-716tTs-h1vMzZkSs1FTu_OYTNjgufplG4N0Y3CCJAaDdWRwgiQG",
        "8e790cd281733cadc3129ffa8f0579d2d9c8eeaf0382bda5c2aed709f122381a", "3.231.138.188:9222", 1686020050052, "854200")]
    [InlineData(
        "enr:-J24QH-f1wt99sfpHy4c0QJM-NfmsIfmlLAMMcgZCUEgKG_BBYFc6FwYgaMJMQN5dsRBJApIok0jFn-9CS842lGpLmqGAYiOoDRAgmlkgnY0gmlwhLhIgb2Hb3BzdGFja4OFQgCJc2VjcDI1NmsxoQJ9FTIv8B9myn1MWaC_2lJ-sMoeCDkusCsk4BYHjjCq04N0Y3CCJAaDdWRwgiQG",
        "8ae51d243d4b8f8cd45a619aea9225e4423a68d296c93799d2e640c3b3233d4c", "184.72.129.189:9222", 1686020043840, "854200")]
    [InlineData(
        "enr:-J24QDXyyxvQYsd0yfsN0cRr1lZ1N11zGTplMNlW4xNEc7LkPXh0NAJ9iSOVdRO95GPYAIc6xmyoCCG6_0JxdL3a0zaGAYiOoAjFgmlkgnY0gmlwhAPckbGHb3BzdGFja4OFQgCJc2VjcDI1NmsxoQJwoS7tzwxqXSyFL7g0JM-KWVbgvjfB8JA__T7yY_cYboN0Y3CCJAaDdWRwgiQG",
        "d3459552b34374b08d398a6c659e92d6945ebe960ae86337ff499fd630f06385", "3.220.145.177:9222", 1686020032709, "854200")]
    [InlineData(
        "enr:-J24QHmGyBwUZXIcsGYMaUqGGSl4CFdx9Tozu-vQCn5bHIQbR7On7dZbU61vYvfrJr30t0iahSqhc64J46MnUO2JvQaGAYiOoCKKgmlkgnY0gmlwhAPnCzSHb3BzdGFja4OFQgCJc2VjcDI1NmsxoQINc4fSijfbNIiGhcgvwjsjxVFJHUstK9L1T8OTKUjgloN0Y3CCJAaDdWRwgiQG",
        "2d68edcd4050dde84f018695952db0ee4f6ef4bb77d6ec7511b67bbb314f9af7", "3.231.11.52:9222", 1686020039306, "854200")]
    [InlineData(
        "enr:-J24QG3ypT4xSu0gjb5PABCmVxZqBjVw9ca7pvsI8jl4KATYAnxBmfkaIuEqy9sKvDHKuNCsy57WwK9wTt2aQgcaDDyGAYiOoGAXgmlkgnY0gmlwhDbGmZaHb3BzdGFja4OFQgCJc2VjcDI1NmsxoQIeAK_--tcLEiu7HvoUlbV52MspE0uCocsx1f_rYvRenIN0Y3CCJAaDdWRwgiQG",
        "7fd4548ed54784aea5849d58415f110b7498a7d6547323c87749c0155f9cdc14", "54.198.153.150:9222", 1686020055063, "854200")]
    public void The_boot_nodes_of_kona_have_the_fields_they_are_listed_with(
        string text, string nodeId, string endpoint, ulong sequence, string chain)
    {
        Assert.True(Enr.TryParse(text, out Enr? record));
        Assert.Equal(text, record.ToString());
        Assert.Equal(nodeId, record.NodeId.ToString());
        Assert.Equal(IPEndPoint.Parse(endpoint), record.Udp4);
        Assert.Equal(IPEndPoint.Parse(endpoint), record.Tcp4);
        Assert.Equal(sequence, record.Sequence);
        Assert.True(record.TryGetBytes("opstack", out ReadOnlyMemory<byte> bytes));
        Assert.Equal(chain, Convert.ToHexStringLower(bytes.Span));
    }

    [Fact]
    public void The_record_of_konas_parse_enr_test_is_read()
    {
        const string text =
            "enr:-Jy4QHRgJ9rnWbTs0oOfv8IHt77NDhHE3rwXf3fCh8RRN8sze4gyuQ2MkAapZwneDd_LH77TGCRS5N4wPGm-J5Hh-oCDAQKOgmlkgnY0gmlwhC36_pOHb3BzdGFja4Xkq4MBAIlzZWNwMjU2azGhAqUtGspoH5IzIIAwaqcipQFWripEU12KAiKFqRKDCZWxg3RjcIIjK4N1ZHCCIys";
        Assert.True(Enr.TryParse(text, out Enr? record));
        Assert.Equal(text, record.ToString());
        Assert.True(record.TryGetBytes("opstack", out ReadOnlyMemory<byte> chain));
        Assert.Equal("e4ab830100", Convert.ToHexStringLower(chain.Span));
    }
}
