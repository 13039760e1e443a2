using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>A withdrawal from L1's beacon chain. Part of the format since Canyon; valid L2 blocks have none.</summary>
/// <param name="Index">Running number.</param>
/// <param name="ValidatorIndex">The validator.</param>
/// <param name="Address">Who receives it.</param>
/// <param name="Amount">In gwei.</param>
public readonly record struct Withdrawal(ulong Index, ulong ValidatorIndex, Address Address, ulong Amount);
