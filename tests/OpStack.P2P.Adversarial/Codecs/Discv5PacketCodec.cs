using OpStack.Discv5;
using OpStack.Discv5.Packets;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.Primitives;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A datagram of discv5. Half of the damage is done behind the mask, where the sizes stand.</summary>
internal sealed class Discv5PacketCodec : FuzzCodec
{
    private static readonly NodeId Local = new(new Hash256([.. Enumerable.Repeat((byte)0x22, 32)]));
    private static readonly NodeId Remote = new(new Hash256([.. Enumerable.Repeat((byte)0x11, 32)]));

    private readonly HeaderMask _mask = new(Local);
    private readonly byte[] _scratch = new byte[PacketLimits.MaxHeaderSize];
    private int _headerLength;
    private int _messageLength;

    public override string Name => "discv5-packet";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Message(new Random(1), 44), WhoAreYou(new Random(2)), Handshake(new Random(3), 0), Handshake(new Random(4), 250)];

    public override long AllocationBudget(int length) => 0;

    public override int MaxLength => 2_000;

    public override bool TryDecode(byte[] input)
    {
        if (!PacketReader.TryRead(input, _mask, _scratch, out PacketView packet, out _))
        {
            return false;
        }

        (_headerLength, _messageLength) = (packet.AssociatedData.Length, packet.Message.Length);
        return true;
    }

    // The header masked again is the datagram's, nothing lies outside, and every part can be taken.
    public override string? FindBrokenProperty(byte[] input)
    {
        if (_headerLength + _messageLength != input.Length)
        {
            return "header and message are not the datagram";
        }

        PacketView packet = new(_scratch.AsSpan(0, _headerLength), input.AsSpan(_headerLength));
        int parts = packet.Nonce.ToString().Length + (packet.Flag switch
        {
            PacketFlag.WhoAreYou => packet.EnrSequence.ToString().Length,
            PacketFlag.Handshake => packet.Source.ToString().Length + packet.IdSignature.Length + packet.EphemeralKey.Length + packet.Record.Length,
            _ => packet.Source.ToString().Length,
        });
        byte[] again = [.. packet.AssociatedData];
        HeaderMask.ApplyOnce(Local, again.AsSpan(0, PacketLimits.MaskingIvSize), again.AsSpan(PacketLimits.MaskingIvSize));
        return parts == 0 || !again.AsSpan().SequenceEqual(input.AsSpan(0, _headerLength)) ? "masked again the header is another" : null;
    }

    public override byte[] Generate(Random random) => random.Next(3) switch
    {
        0 => Message(random, random.Next(PacketLimits.TagSize, 1_000)),
        1 => WhoAreYou(random),
        _ => Handshake(random, random.Next(301)),
    };

    public override string? FindLoss(byte[] generated) => FindBrokenProperty(generated);

    protected override byte[] MutateStructure(Random random, byte[] valid)
    {
        byte[] unmasked = [.. valid];
        Span<byte> header = unmasked.AsSpan(PacketLimits.MaskingIvSize, Math.Min(unmasked.Length, PacketLimits.MaxHeaderSize) - PacketLimits.MaskingIvSize);
        HeaderMask.ApplyOnce(Local, unmasked.AsSpan(0, PacketLimits.MaskingIvSize), header);
        unmasked = NumberEdits.Mutate(random, unmasked);
        header = unmasked.AsSpan(PacketLimits.MaskingIvSize, header.Length);
        HeaderMask.ApplyOnce(Local, unmasked.AsSpan(0, PacketLimits.MaskingIvSize), header);
        return unmasked;
    }

    private static byte[] Message(Random random, int length)
    {
        byte[] packet = new byte[PacketLimits.MaxSize];
        return packet[..PacketWriter.WriteRandom(packet, Local, Remote, random.Bytes(PacketLimits.MaskingIvSize), Nonce(random), random.Bytes(length))];
    }

    private static byte[] WhoAreYou(Random random)
    {
        byte[] challenge = new byte[PacketLimits.MaskingIvSize + PacketLimits.StaticHeaderSize + PacketLimits.WhoAreYouAuthDataSize];
        PacketWriter.WriteChallengeData(
            challenge, random.Bytes(PacketLimits.MaskingIvSize), Nonce(random), random.Bytes(PacketLimits.IdNonceSize), (ulong)random.NextInt64());
        byte[] packet = new byte[PacketLimits.MaxSize];
        return packet[..PacketWriter.WriteWhoAreYou(packet, Local, challenge)];
    }

    private static byte[] Handshake(Random random, int record)
    {
        byte[] packet = new byte[PacketLimits.MaxSize];
        using MessageCipher cipher = new(random.Bytes(16));
        HandshakeAuthData handshake = new()
        {
            IdSignature = random.Bytes(PacketLimits.IdSignatureSize),
            EphemeralKey = random.Bytes(PacketLimits.EphemeralKeySize),
            Record = random.Bytes(record),
        };
        return packet[..PacketWriter.WriteHandshake(
            packet, Local, Remote, random.Bytes(PacketLimits.MaskingIvSize), Nonce(random), handshake, cipher, random.Bytes(random.Next(100)))];
    }

    private static PacketNonce Nonce(Random random) => new((uint)random.Next(), (ulong)random.NextInt64());
}
