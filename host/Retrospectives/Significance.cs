namespace Orchestrator.Host.Retrospectives;

/// <summary>How sure one can be that two rates differ.</summary>
/// <param name="PValue">Two-sided; null when it cannot be computed.</param>
/// <param name="IsTooSmall">A group expects fewer than five of either outcome: the test says nothing reliable.</param>
public sealed record SignificanceVerdict(double? PValue, bool IsTooSmall)
{
    public const double Level = 0.05;

    public bool IsSignificant => !IsTooSmall && PValue < Level;
}

/// <summary>The two-proportion z-test with pooled variance.</summary>
public static class Significance
{
    private const double ExpectedMinimum = 5;

    public static SignificanceVerdict Compare(GroupResult a, GroupResult b)
    {
        if (a.Size == 0 || b.Size == 0)
            return new SignificanceVerdict(null, true);
        var pooled = (double)(a.Converted + b.Converted) / (a.Size + b.Size);
        var smallest = Math.Min(a.Size, b.Size) * Math.Min(pooled, 1 - pooled);
        if (pooled is 0 or 1)
            return new SignificanceVerdict(1, true);
        var error = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / a.Size) + (1.0 / b.Size)));
        var z = ((double)a.Converted / a.Size - (double)b.Converted / b.Size) / error;
        return new SignificanceVerdict(TwoSided(Math.Abs(z)), smallest < ExpectedMinimum);
    }

    /// <summary>Probability that a standard normal lies farther out than <paramref name="z"/>: the complementary error function by its continued fraction, or its series near zero.</summary>
    private static double TwoSided(double z)
    {
        var x = z / Math.Sqrt(2);
        if (x < 2)
        {
            var (term, sum) = (x, x);
            for (var n = 1; n < 60; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }
            return 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }
        var fraction = 0.0;
        for (var n = 60; n > 0; n--)
            fraction = n / 2.0 / (x + fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}
