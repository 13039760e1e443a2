namespace OpStack.Libp2p.Identity;

/// <summary>A checked public key of one type. Signatures come from strangers: any bytes get an answer, never an exception.</summary>
internal interface ISignatureVerifier
{
    bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
