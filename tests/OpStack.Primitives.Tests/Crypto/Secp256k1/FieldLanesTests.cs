using System.Numerics;
using System.Runtime.Intrinsics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>Four lanes against BigInteger, each with other values than its neighbours.</summary>
public class FieldLanesTests
{
    private static readonly BigInteger[] Values = [.. Samples(60).Where(v => v < P)];

    [LanesFact]
    public void Products_squares_sums_and_differences()
    {
        for (int i = 0; i < Values.Length; i++)
        {
            BigInteger[] a = Four(i), b = Four(7 * i), c = Four(11 * i);
            FieldLanes.Multiply(From(a), From(b), out FieldLanes product);
            AssertLanes(lane => a[lane] * b[lane], product);
            FieldLanes.Square(From(a), out FieldLanes square);
            AssertLanes(lane => a[lane] * a[lane], square);
            FieldLanes.Add(From(a), From(b), out FieldLanes sum);
            FieldLanes.Subtract(sum, From(c), 1, out FieldLanes difference);
            FieldLanes.Multiply(difference, sum, out product);
            AssertLanes(lane => (a[lane] + b[lane] - c[lane]) * (a[lane] + b[lane]), product);
        }
    }

    [LanesFact]
    public void The_largest_limbs_of_the_highest_magnitudes_admitted_multiply_without_overflow()
    {
        foreach ((int first, int second) in new[] { (1, 1), (7, 7), (10, 10), (5, 20), (31, 3), (3, 31) })
        {
            (FieldLanes a, BigInteger x) = Full(first);
            (FieldLanes b, BigInteger y) = Full(second);
            FieldLanes.Multiply(a, b, out FieldLanes product);
            AssertLanes(_ => x * y, product);
            if (first <= 10)
            {
                FieldLanes.Square(a, out FieldLanes square);
                AssertLanes(_ => x * x, square);
            }
        }
    }

    [LanesFact]
    public void A_difference_borrows_from_no_limb_whatever_is_taken_away()
    {
        for (int magnitude = 1; magnitude <= 7; magnitude++)
        {
            (FieldLanes full, BigInteger x) = Full(magnitude);
            FieldLanes.Subtract(default, full, (uint)magnitude, out FieldLanes negated);
            FieldLanes.Multiply(negated, FieldLanes.One, out negated);
            AssertLanes(_ => -x, negated);
        }
    }

    [LanesFact]
    public void Selection_goes_lane_by_lane()
    {
        FieldLanes.Select(Vector256.Create(ulong.MaxValue, 0, 0, ulong.MaxValue), From([1, 2, 3, 4]), From([5, 6, 7, 8]), out FieldLanes r);
        AssertLanes(lane => new BigInteger[] { 1, 6, 7, 4 }[lane], r);
    }

    private static BigInteger[] Four(int start) => [.. Enumerable.Range(start, 4).Select(i => Values[i % Values.Length])];

    private static FieldLanes From(BigInteger[] values)
    {
        FieldElement[] elements = [.. values.Select(From)];
        return new FieldLanes(elements[0], elements[1], elements[2], elements[3]);
    }

    private static FieldElement From(BigInteger value)
    {
        Assert.True(FieldElement.TryRead(Bytes(value), out FieldElement element));
        return element;
    }

    /// <summary>Every limb at the bound of its magnitude; a limb of 52 bits is two of the lanes'.</summary>
    private static (FieldLanes Lanes, BigInteger Value) Full(int magnitude)
    {
        FieldElement ones = FieldElement.FromLimbs((1UL << 52) - 1, (1UL << 52) - 1, (1UL << 52) - 1, (1UL << 52) - 1, (1UL << 48) - 1);
        var full = new FieldLanes(ones, ones, ones, ones);
        FieldLanes sum = full;
        for (int i = 1; i < 2 * magnitude; i++)
            FieldLanes.Add(sum, full, out sum);
        return (sum, 2 * magnitude * (TwoTo256 - 1));
    }

    private static void AssertLanes(Func<int, BigInteger> expected, FieldLanes actual)
    {
        byte[] bytes = new byte[32];
        for (int lane = 0; lane < FieldLanes.Count; lane++)
        {
            FieldElement.Normalize(actual[lane], out FieldElement element);
            element.Write(bytes);
            Assert.Equal(Mod(expected(lane), P), Parse(bytes));
        }
    }
}
