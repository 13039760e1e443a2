using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Discv5.Tests.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>What the answers to one request of ours can cost (attack-cases.md, row 54).</summary>
[Trait("Row", "54")]
public sealed class AnswerCostTests : IDisposable
{
    private const int Packets = 5, RecordsPerPacket = 8;
    private readonly CountingCrypto _crypto = new();
    private readonly CoreRig _rig;
    private readonly RawPeer _peer;

    public AnswerCostTests()
    {
        _rig = new CoreRig(crypto: _crypto);
        _peer = new RawPeer(_rig);
        _peer.Shake();
        _crypto.RecordsRead = 0;
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Forty_forged_records_to_a_request_that_a_ping_provoked_cost_two_signature_checks()
    {
        FindNode find = Assert.Single(_peer.Ask(new Ping(RawPeer.NewId(2), 5)).OfType<FindNode>());
        Answer(find);
        Assert.Equal(2, _crypto.RecordsRead);
        Assert.Equal(Packets * RecordsPerPacket, _rig.Metrics.RecordsRefused);
        Assert.Equal(0, _rig.Metrics.PendingRequests);
    }

    [Fact]
    public void Forty_forged_records_to_any_other_cost_sixteen()
    {
        object caller = new();
        byte[] sent = Assert.Single(_rig.Do(new ProtocolInput.FindNode(_peer.Contact, [254, 255, 256], caller))).Datagram;
        Answer(Assert.IsType<FindNode>(_peer.Read(sent)));
        Assert.Equal(16, _crypto.RecordsRead);
        Assert.Empty(Assert.IsType<RequestOutcome.Nodes>(_rig.Outcomes[caller]).Records);
    }

    private void Answer(FindNode find)
    {
        byte[] forged = _peer.Record.Encoded.ToArray();
        forged[10] ^= 1; // Of the signature.
        byte[] records = EnrForge.List([.. Enumerable.Repeat(forged, RecordsPerPacket).SelectMany(record => record)]);
        byte[] nodes = [4, .. EnrForge.List([.. EnrForge.Text(find.RequestId.Span.ToArray()), Packets, .. records])];
        for (int i = 0; i < Packets; i++)
        {
            _peer.Send(_peer.Encrypt(nodes));
        }
    }

    private sealed class CountingCrypto : IDiscv5Crypto
    {
        private static readonly IDiscv5Crypto Real = Discv5Crypto.Instance;

        public int RecordsRead { get; set; }

        public bool TryReadRecord(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record)
        {
            RecordsRead++;
            return Real.TryReadRecord(rlp, out record);
        }

        public void Propose(Secp256k1PublicKey peer, Random random, Span<byte> ephemeralKey, Span<byte> secret) =>
            Real.Propose(peer, random, ephemeralKey, secret);

        public bool TryAgree(Secp256k1PrivateKey identity, ReadOnlySpan<byte> ephemeralKey, Span<byte> secret) =>
            Real.TryAgree(identity, ephemeralKey, secret);

        public void Sign(Secp256k1PrivateKey identity, ReadOnlySpan<byte> hash, Span<byte> signature) => Real.Sign(identity, hash, signature);

        public bool Verify(Secp256k1PublicKey identity, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) =>
            Real.Verify(identity, hash, signature);

        public IMessageCipher CreateCipher(ReadOnlySpan<byte> key) => Real.CreateCipher(key);
    }
}
