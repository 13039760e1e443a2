using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests;

/// <summary>Identities for tests that need no key.</summary>
internal static class TestPeers
{
    public static PeerId NewId()
    {
        using KeyPair key = KeyPair.GenerateEd25519();
        return key.PeerId;
    }
}
