using System.Text.Json;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Identity;

public class PeerIdTests
{
    private const string IdHex = "0025" + KeyVectors.Secp256k1Public;

    [Theory]
    [InlineData(KeyVectors.Secp256k1Public, KeyVectors.Secp256k1Id)]
    [InlineData(KeyVectors.Ed25519Public, KeyVectors.Ed25519Id)]
    public void A_short_key_is_its_own_id(string key, string id)
    {
        PeerId peer = KeyVectors.Public(key).PeerId;
        Assert.Equal(id, peer.ToString());
        Assert.True(peer.TryGetPublicKey(out PublicKey? inside));
        Assert.Equal(KeyVectors.Public(key), inside);
    }

    [Fact]
    public void A_long_key_is_hashed_and_cannot_be_taken_out()
    {
        PeerId peer = KeyVectors.Public(KeyVectors.EcdsaPublic).PeerId;
        Assert.StartsWith("Qm", peer.ToString());
        byte[] hash = System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(KeyVectors.EcdsaPublic));
        Assert.Equal([0x12, 0x20, .. hash], peer.Bytes.ToArray());
        Assert.False(peer.TryGetPublicKey(out _));
    }

    // kona.md 4.3: secrets and uncompressed points of known peers.
    [Fact]
    public void From_a_node_key() => Assert.Equal(
        "16Uiu2HAm8nGnMBa4r3hYUtBZz353gKcbzPej9DvaZ4jx7q2pvZNN",
        KeyPair.FromSecp256k1(Convert.FromHexString("1d2b0bda21d56b8bd12d4f94ebacffdfb35f5e226f84b461103bb8beab6353be")).PeerId.ToString());

    [Theory]
    [InlineData("548f715f3fc388a7c917ba644a2f16270f1ede48a5d88a4d14ea287cc916068363f3092e39936f1a3e7885198bef0e5af951f1d7b1041ce8ba4010917777e71f", "16Uiu2HAmJM5TZmL6VJGufGFo2i9jGZ3HU3RPJtonUUZ8hEJDsz5g")]
    [InlineData("ca2774c3c401325850b2477fd7d0f27911efbf79b1e8b335066516e2bd8c4c9e0ba9696a94b1cb030a88eac582305ff55e905e64fb77fe0edcd70a4e5296d3ec", "16Uiu2HAm92oEJRfiY2GryPCzFu4Mxd6pFhscH2boSNjTzqFULn2h")]
    [InlineData("dd751a9ef8912be1bfa7a5e34e2c3785cc5253110bd929f385e07ba7ac19929fb0e0c5d93f77827291f4da02b2232240fbc47ea7ce04c46e333e452f8656b667", "16Uiu2HAmTZU24pf22xUtzAfrcExGEqPzRFT7faDodKmxKKXY1Sbx")]
    public void From_an_uncompressed_point(string point, string id)
    {
        byte[] xy = Convert.FromHexString(point);
        byte parity = (byte)(2 + (xy[^1] & 1));
        Assert.Equal(id, KeyVectors.Public("08021221" + Convert.ToHexString([parity, .. xy[..32]])).PeerId.ToString());
    }

    [Fact]
    public void From_the_records_of_op_node()
    {
        using JsonDocument vectors = Vectors.Json("op-node.json");
        int count = 0;
        foreach (JsonElement record in vectors.RootElement.GetProperty("enr").EnumerateArray())
        {
            PublicKey key = KeyVectors.Public("08021221" + record.GetProperty("secp256k1").GetString());
            Assert.Equal(record.GetProperty("peer_id").GetString(), key.PeerId.ToString());
            count++;
        }

        Assert.Equal(2, count);
    }

    [Fact]
    public void Every_text_form_reads_as_the_same_id()
    {
        PeerId id = PeerId.Parse(KeyVectors.Secp256k1Id);
        Assert.Equal(IdHex, Convert.ToHexStringLower(id.Bytes.Span));
        byte[] cid = [0x01, 0x72, .. id.Bytes.Span];
        foreach (string text in (string[])[KeyVectors.Secp256k1Cid, "k" + RadixText.Base36.Encode(cid), "z" + RadixText.Base58Btc.Encode(cid)])
        {
            Assert.Equal(id, PeerId.Parse(text));
            Assert.Equal(id.GetHashCode(), PeerId.Parse(text).GetHashCode());
        }
    }

    [Theory]
    [Trait("Row", "11")]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("Qm")]
    [InlineData("b")]
    [InlineData("16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLp")]
    [InlineData("16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpYY")]
    [InlineData("16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLp0")]
    [InlineData(" 16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY")]
    [InlineData("BAFZAAJIIAIJCCA3XO7UZJZCSYILAJ6I54CJ44QK7KQZPOAO5RTI2PJX6UDTDBP6KTE")]
    [InlineData("bafzaajiiaijcca3xo7uzjzcsyilaj6i54cj44qk7kqzpoao5rti2pjx6udtdbp6kt")]
    [InlineData("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")] // a CID of codec raw
    [InlineData("f017200250802")] // base16
    public void Other_text_is_refused(string text)
    {
        Assert.False(PeerId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => PeerId.Parse(text));
    }

    [Fact]
    public void A_cid_of_another_version_is_refused()
    {
        byte[] id = PeerId.Parse(KeyVectors.Secp256k1Id).Bytes.ToArray();
        Assert.True(PeerId.TryParse("b" + Base32Text.Encode([0x01, 0x72, .. id]), out _));
        Assert.False(PeerId.TryParse("b" + Base32Text.Encode([0x02, 0x72, .. id]), out _));
        Assert.False(PeerId.TryParse("b" + Base32Text.Encode([0x81, 0x00, 0x72, .. id]), out _));
        Assert.False(PeerId.TryParse("b" + Base32Text.Encode([0x01, 0x70, .. id]), out _));
        Assert.False(PeerId.TryParse("b" + Base32Text.Encode([0x01, 0x72, .. id, 0]), out _));
    }

    [Theory]
    [Trait("Row", "11")]
    [InlineData("1")]
    [InlineData("Qm")]
    [InlineData("b")]
    [InlineData("k")]
    [InlineData("16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY")]
    public void Text_of_64_kB_is_refused_without_allocation(string start)
    {
        string text = start + new string('2', 65_536);
        Assert.Equal(0, Mutations.AllocatedBy(() => Assert.False(PeerId.TryParse(text, out _))));
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("00", "no length")]
    [InlineData("0000", "an empty identity")]
    [InlineData("0002ab", "a digest cut off")]
    [InlineData("0001abcd", "a byte behind the digest")]
    [InlineData("800001ab", "a function that is not minimal")]
    [InlineData("008100ab", "a length that is not minimal")]
    [InlineData("1214da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha2-256 of 20 bytes")]
    [InlineData("1114da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha1")]
    [InlineData("00ffffffffffffffff7f", "a length of 2^63-1")]
    public void Other_multihashes_are_refused(string hex, string why) => Assert.False(PeerId.TryDecode(Convert.FromHexString(hex), out _), why);

    [Fact]
    public void An_identity_has_42_bytes_at_most()
    {
        Assert.True(PeerId.TryDecode([0x00, 42, .. new byte[42]], out PeerId? longest));
        Assert.Equal(PeerId.MaxLength, longest.Bytes.Length);
        Assert.Equal(longest, PeerId.Parse(longest.ToString()));
        Assert.False(PeerId.TryDecode([0x00, 43, .. new byte[43]], out _));
    }

    [Fact]
    public void No_prefix_of_an_id_is_an_id() =>
        Assert.DoesNotContain(Mutations.Truncations(Convert.FromHexString(IdHex)), bytes => PeerId.TryDecode(bytes, out _));

    [Fact]
    public void An_identity_that_is_no_canonical_key_gives_no_key()
    {
        // The same key with its fields in the other order: another id, and not the key's.
        byte[] reordered = Convert.FromHexString("1221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca990802");
        Assert.True(PublicKey.TryDecode(reordered, out _));
        Assert.True(PeerId.TryDecode([0x00, (byte)reordered.Length, .. reordered], out PeerId? id));
        Assert.False(id.TryGetPublicKey(out _));
        Assert.True(PeerId.TryDecode([0x00, 3, 1, 2, 3], out id));
        Assert.False(id.TryGetPublicKey(out _));
    }

    [Fact]
    public void Order_is_that_of_the_bytes()
    {
        PeerId a = PeerId.Parse(KeyVectors.Ed25519Id), b = PeerId.Parse(KeyVectors.Secp256k1Id);
        Assert.True(a.CompareTo(b) < 0);
        Assert.True(b.CompareTo(a) > 0);
        Assert.Equal(0, a.CompareTo(PeerId.Parse(KeyVectors.Ed25519Id)));
        Assert.True(a.CompareTo(null) > 0);
        Assert.False(a.Equals(b));
        Assert.False(a.Equals(null));
    }

    [Fact]
    public void Mutated_ids_never_throw_and_what_decodes_survives_its_text()
    {
        byte[][] seeds = [Convert.FromHexString(IdHex), KeyVectors.Public(KeyVectors.EcdsaPublic).PeerId.Bytes.ToArray()];
        Random random = new(4);
        int accepted = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = Mutations.Mutate(random, seeds);
            if (PeerId.TryDecode(bytes, out PeerId? id))
            {
                accepted++;
                Assert.Equal(bytes, id.Bytes.ToArray());
                Assert.Equal(id, PeerId.Parse(id.ToString()));
            }
        }

        Assert.InRange(accepted, 1_000, 49_000);
    }
}
