using System.Diagnostics.CodeAnalysis;

namespace OpStack.Discv5.Records;

/// <summary>Reads and verifies a record, as <see cref="Enr.TryDecode"/> does.</summary>
internal delegate bool EnrReader(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record);
