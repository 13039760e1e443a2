using System.Text.Json;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>A block captured from OP Sepolia, judged as a node of that chain would have.</summary>
public sealed class LiveBlockTests
{
    private readonly BlockHandler _handler;
    private readonly string _topic;
    private readonly byte[] _message;

    public LiveBlockTests()
    {
        using JsonDocument vector = Vectors.Json("live-op-sepolia-v3.json");
        JsonElement root = vector.RootElement;
        _topic = root.GetProperty("topic").GetString()!;
        _message = Hex.Decode(root.GetProperty("decompressed").GetString()!);
        Assert.True(ChainRegistry.TryGet(root.GetProperty("chain_id").GetUInt64(), out RegisteredChain? chain));
        Assert.Equal(Address.Parse(root.GetProperty("unsafe_block_signer").GetString()!), chain.UnsafeBlockSigner);
        Assert.True(OpNetworkPayloadEnvelope.TryDecode(PayloadVersion.V3, _message, out OpNetworkPayloadEnvelope? envelope, out _));
        Assert.Equal(root.GetProperty("block_number").GetUInt64(), envelope.Payload.BlockNumber);
        Assert.Equal(root.GetProperty("transactions").GetInt32(), envelope.Payload.Transactions.Count);
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds((long)envelope.Payload.Timestamp));
        _handler = new BlockHandler(chain.Config, new UnsafeBlockSigners(chain.UnsafeBlockSigner!.Value, clock), clock: clock);
    }

    [Fact]
    public void It_is_accepted()
    {
        BlockCheck check = Check(_message);

        Assert.Equal(BlockInvalidReason.None, check.Reason);
        Assert.Equal(MessageAcceptance.Accept, _handler.Admit(check));
        Assert.Equal(_topic, _handler.Encode(check.Envelope!).Topic);
        Assert.True(FollowedSnappy.TryDecode(_handler.Encode(check.Envelope!).Data.Span, 10 << 20, out byte[]? message));
        Assert.Equal(_message, message);
    }

    [Fact]
    public void One_flipped_bit_in_any_byte_of_it_is_rejected()
    {
        for (int i = 0; i < _message.Length; i++)
        {
            byte[] flipped = [.. _message];
            flipped[i] ^= (byte)(1 << (i % 8));

            BlockCheck check = Check(flipped);

            Assert.True(check.Acceptance == MessageAcceptance.Reject, $"byte {i}: {check.Reason}");
        }
    }

    [Fact]
    public void One_flipped_bit_in_any_byte_of_its_data_is_rejected_unless_it_decompresses_to_the_same()
    {
        byte[] data = SnappyBlock.Encode(_message);
        int same = 0;
        for (int i = 0; i < data.Length; i++)
        {
            byte[] flipped = [.. data];
            flipped[i] ^= (byte)(1 << (i % 8));
            DecodedMessage decoded = _handler.Decode(_topic, flipped);
            if (decoded.Body.Span.SequenceEqual(_message))
            {
                // A copy from elsewhere in a run of zeros: the same block, and the same message id.
                same++;
                Assert.Equal(_handler.Decode(_topic, data).Id, decoded.Id);
                continue;
            }

            Assert.Equal(MessageAcceptance.Reject, _handler.Check(new GossipMessage(null, _topic, decoded)).Acceptance);
        }

        Assert.InRange(same, 0, data.Length / 10);
    }

    [Fact]
    public void Cut_or_extended_by_any_length_it_is_rejected()
    {
        byte[] extended = [.. _message, .. new byte[100]];
        for (int length = 0; length <= extended.Length; length++)
        {
            Assert.Equal(length == _message.Length, Check(extended[..length]).Acceptance == MessageAcceptance.Accept);
        }
    }

    private BlockCheck Check(byte[] message) => _handler.Check(new GossipMessage(null, _topic, new DecodedMessage(default, message, IsWellFormed: true)));
}
