using System.Text;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Identify;

/// <summary>
/// What a peer said in one identify stream: up to ten messages, merged as protobuf merges (the last singular value wins, lists grow).
/// What exceeds a cap is passed over, so memory is bounded whatever is sent. Field numbers: wire.md section 8.
/// </summary>
internal sealed class IdentifyMessage(PeerId sender)
{
    public const int PublicKeyField = 1;
    public const int ListenAddressField = 2;
    public const int ProtocolField = 3;
    public const int ObservedAddressField = 4;
    public const int ProtocolVersionField = 5;
    public const int AgentVersionField = 6;
    public const int SignedRecordField = 8;

    private readonly List<Multiaddr> _addresses = [];
    private readonly List<string> _protocols = [];
    private string? _agentVersion;
    private string? _protocolVersion;
    private Multiaddr? _observedAddress;
    private byte[]? _signedRecord;

    /// <summary>
    /// The peer's signed record, once checked to be signed by the peer itself; null when there was none. Records of others are dropped:
    /// storing them let strangers fill our memory (GHSA-gcq9-qqwx-rgj3).
    /// </summary>
    public PeerRecord? Record { get; private set; }

    /// <summary>True when the peer named a public key other than its proven one. The key is not used for anything.</summary>
    public bool HasForeignKey { get; private set; }

    /// <summary>Takes in one message; false when it is malformed, and the whole stream is then to be dropped.</summary>
    public bool TryMerge(ReadOnlySpan<byte> message)
    {
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            if (wireType != ProtobufWireType.Bytes)
            {
                if (!reader.TrySkip(wireType))
                {
                    return false;
                }
            }
            else if (reader.TryReadBytes(out ReadOnlySpan<byte> value))
            {
                Take(field, value);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Checks the signed record; one signature verification, so it is done once, after the last message.</summary>
    public void Complete()
    {
        if (_signedRecord is not null && PeerRecord.TryOpen(_signedRecord, out PeerRecord? record) && record.Peer.Equals(sender))
        {
            Record = record;
        }
    }

    /// <summary>
    /// What is known of the peer now. A push may leave out what has not changed (libp2p specs, identify/push), so absent fields keep
    /// their value of <paramref name="previous"/>. The addresses of a valid record replace the unsigned ones.
    /// </summary>
    public IdentifyInfo ToInfo(IdentifyInfo? previous) => new(
        _agentVersion ?? previous?.AgentVersion ?? "",
        _protocolVersion ?? previous?.ProtocolVersion ?? "",
        _protocols.Count > 0 || previous is null ? _protocols : previous.Protocols,
        Record?.Addresses ?? (_addresses.Count > 0 || previous is null ? _addresses : previous.ListenAddresses),
        _observedAddress ?? previous?.ObservedAddress)
    {
        SignedPeerRecord = Record is null ? previous?.SignedPeerRecord ?? default
            : _signedRecord!.Length <= IdentifyLimits.MaxKeptRecord ? _signedRecord
            : default,
    };

    private void Take(int field, ReadOnlySpan<byte> value)
    {
        switch (field)
        {
            case PublicKeyField:
                HasForeignKey = !PeerId.FromKey(value).Equals(sender);
                break;
            case ListenAddressField when _addresses.Count < IdentifyLimits.MaxAddresses:
                if (Multiaddr.TryDecodeOwn(value, sender, out Multiaddr? address))
                {
                    _addresses.Add(address);
                }

                break;
            case ProtocolField when _protocols.Count < IdentifyLimits.MaxProtocols && value.Length <= IdentifyLimits.MaxProtocolLength:
                if (Utf8Text.IsPrintable(value))
                {
                    _protocols.Add(Encoding.UTF8.GetString(value));
                }

                break;
            case ObservedAddressField:
                _observedAddress = Multiaddr.TryDecode(value, out Multiaddr? observed) ? observed : _observedAddress;
                break;
            case ProtocolVersionField:
                _protocolVersion = Clean(value);
                break;
            case AgentVersionField:
                _agentVersion = Clean(value);
                break;
            case SignedRecordField:
                _signedRecord = value.ToArray();
                break;
        }
    }

    /// <summary>Free text of a stranger that ends up in logs and dashboards: cut, and without control characters.</summary>
    private static string Clean(ReadOnlySpan<byte> utf8)
    {
        // A character takes at least one byte, and no more than three per UTF-16 unit.
        const int MaxBytes = 3 * IdentifyLimits.MaxVersionLength;
        string text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxBytes)]);
        ReadOnlySpan<char> kept = text.AsSpan(0, Math.Min(text.Length, IdentifyLimits.MaxVersionLength));
        return string.Create(kept.Length, kept, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
