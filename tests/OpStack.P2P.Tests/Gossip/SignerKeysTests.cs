using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

public sealed class SignerKeysTests
{
    private static readonly Hash256 SigningHash = new(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());
    private static readonly Address A = AddressOf(1), B = AddressOf(2), C = AddressOf(3);

    private readonly SignerKeys _keys = new();

    [Fact]
    public void A_signer_becomes_known_by_its_first_signature_and_no_one_else_does()
    {
        UnsafeBlockSignerSnapshot signers = Signers(A);

        Assert.Equal(B, Recover(signers, Sign(2)));
        Assert.Empty(_keys.Known);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(A, Recover(signers, Sign(1)));
            Assert.Equal(B, Recover(signers, Sign(2)));
            Assert.Equal([A], _keys.Known);
        }
    }

    [Fact]
    public void Of_any_number_of_rotations_two_keys_are_held()
    {
        Recover(Signers(A), Sign(1));
        Recover(Signers(B, A), Sign(2));
        Assert.Equal([B, A], _keys.Known);

        Recover(Signers(C, B), Sign(3));
        Assert.Equal([C, B], _keys.Known);
        for (byte key = 4; key < 8; key++)
        {
            Recover(Signers(AddressOf(key), AddressOf((byte)(key - 1))), Sign(key));
            Assert.Equal([AddressOf(key), AddressOf((byte)(key - 1))], _keys.Known);
        }
    }

    [Fact]
    public void A_key_that_is_known_and_no_longer_a_signers_still_recovers()
    {
        Recover(Signers(A), Sign(1));

        Assert.Equal(A, Recover(Signers(B), Sign(1)));
        Assert.Equal(B, Recover(Signers(B), Sign(2)));
        Assert.Equal([B], _keys.Known);
    }

    [Fact]
    public void Whatever_is_done_to_a_signature_a_known_signer_gets_the_answer_of_recovery()
    {
        UnsafeBlockSignerSnapshot signers = Signers(A, B);
        Recover(signers, Sign(1));
        Recover(signers, Sign(2));
        Random random = new(5);
        int bySigner = 0, byOthers = 0, malformed = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] bytes = new byte[BlockSignature.Size];
            Sign((byte)(1 + (i % 3))).CopyTo(bytes);
            switch (i % 5)
            {
                case 0: bytes[64] = (byte)random.Next(6); break;
                case 1: bytes[random.Next(65)] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.AsSpan(random.Next(2) * 32, 32).Fill((byte)random.Next(2)); break;
                case 3: bytes.AsSpan(random.Next(2) * 32, 32).Fill(0xff); break;
            }

            BlockSignature signature = new(bytes);
            Address? expected = signature.TryRecover(SigningHash, out Address signer) ? signer : null;

            Assert.Equal(expected, Recover(signers, signature));
            _ = expected is null ? malformed++ : expected == A || expected == B ? bySigner++ : byOthers++;
        }

        Assert.True(bySigner > 80 && byOthers > 80 && malformed > 80, $"{bySigner} {byOthers} {malformed}");
    }

    [Fact]
    public async Task Lanes_that_learn_at_the_same_time_agree()
    {
        UnsafeBlockSignerSnapshot signers = Signers(A, B);
        BlockSignature[] signatures = [Sign(1), Sign(2)];

        Address?[] recovered = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Recover(signers, signatures[i % 2]))));

        Assert.Equal(Enumerable.Range(0, 16).Select(i => (Address?)(i % 2 == 0 ? A : B)), recovered);
        Recover(signers, signatures[0]);
        Recover(signers, signatures[1]);
        Assert.Equal(2, _keys.Known.Intersect([A, B]).Count());
    }

    private Address? Recover(UnsafeBlockSignerSnapshot signers, BlockSignature signature) =>
        _keys.TryRecover(signers, signature, SigningHash, out Address signer) ? signer : null;

    private static UnsafeBlockSignerSnapshot Signers(Address current, Address? previous = null) =>
        new(current, previous is { } replaced ? new ReplacedSigner(replaced, 0) : null);

    private static BlockSignature Sign(byte key)
    {
        using Secp256k1PrivateKey secret = TestBlocks.NewKey(key);
        return BlockSignature.Sign(SigningHash, secret);
    }

    private static Address AddressOf(byte key)
    {
        using Secp256k1PrivateKey secret = TestBlocks.NewKey(key);
        return secret.PublicKey.ToAddress();
    }
}
