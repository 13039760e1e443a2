namespace OpStack.Libp2p.Multiformats;

/// <summary>One part of a multiaddr, such as /tcp/9222.</summary>
/// <param name="Name">The protocol's name, such as "tcp".</param>
/// <param name="Code">The protocol's code (multiformats table).</param>
/// <param name="Value">The binary value without its length; empty for a protocol that takes none.</param>
/// <param name="Text">The value as text; empty for a protocol that takes none.</param>
public readonly record struct MultiaddrComponent(string Name, int Code, ReadOnlyMemory<byte> Value, string Text);
