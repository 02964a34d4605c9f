using System.Numerics;

namespace Orchestrator.Workflows.Feel;

/// <summary>How digits are dropped. Asked with the sign, whether the kept part is odd, and how the rest compares with one half.</summary>
internal sealed class RoundingRule
{
    private readonly Func<int, int, int, bool> away;

    private RoundingRule(Func<int, int, int, bool> away) => this.away = away;

    public static RoundingRule HalfEven { get; } = new((_, odd, half) => half > 0 || (half == 0 && odd == 1));

    public static RoundingRule HalfUp { get; } = new((_, _, half) => half >= 0);

    public static RoundingRule HalfDown { get; } = new((_, _, half) => half > 0);

    /// <summary>Away from zero.</summary>
    public static RoundingRule Up { get; } = new((_, _, _) => true);

    /// <summary>Towards zero.</summary>
    public static RoundingRule Down { get; } = new((_, _, _) => false);

    public static RoundingRule Floor { get; } = new((sign, _, _) => sign < 0);

    public static RoundingRule Ceiling { get; } = new((sign, _, _) => sign > 0);

    public bool AwayFromZero(int sign, int odd, int half) => away(sign, odd, half);

    public BigInteger Divide(BigInteger value, BigInteger by)
    {
        var quotient = BigInteger.DivRem(value, by, out var rest);
        if (rest.IsZero)
        {
            return quotient;
        }

        var half = (BigInteger.Abs(rest) * 2).CompareTo(by);
        return away(value.Sign, quotient.IsEven ? 0 : 1, half) ? quotient + value.Sign : quotient;
    }
}
