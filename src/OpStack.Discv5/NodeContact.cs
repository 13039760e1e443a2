using System.Net;
using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5;

/// <summary>
/// What a first contact needs: a key to make the handshake with, and where to send it. An enode URL gives no more than that; the signed
/// record is then asked of the node itself (FINDNODE of distance 0). Immutable.
/// </summary>
public sealed class NodeContact
{
    /// <summary>A node known by key and endpoint alone, as from an enode URL.</summary>
    public NodeContact(Secp256k1PublicKey publicKey, IPEndPoint udp)
    {
        PublicKey = publicKey;
        Address = new NodeAddress(NodeId.FromPublicKey(publicKey), udp);
    }

    /// <summary>A node known by its record, to be reached at <paramref name="udp"/>, which need not be an endpoint of the record.</summary>
    public NodeContact(Enr record, IPEndPoint udp)
    {
        ArgumentNullException.ThrowIfNull(record);
        Record = record;
        PublicKey = record.PublicKey;
        Address = new NodeAddress(record.NodeId, udp);
    }

    /// <summary>Id and UDP endpoint.</summary>
    public NodeAddress Address { get; }

    /// <summary>The id.</summary>
    public NodeId NodeId => Address.NodeId;

    /// <summary>The node's identity key.</summary>
    public Secp256k1PublicKey PublicKey { get; }

    /// <summary>The signed record, if one is known.</summary>
    public Enr? Record { get; }
}
