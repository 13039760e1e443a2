using System.Net;
using System.Text.Json;
using OpStack.Discv5.Records;
using OpStack.P2P.TestKit;

namespace OpStack.Discv5.Tests.Records;

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
}
