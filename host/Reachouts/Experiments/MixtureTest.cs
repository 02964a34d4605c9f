namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Mixture sequential probability ratio test for the difference of two rates: may be looked at after every customer. With the estimated difference d,
/// its variance V and a normal mixture of variance τ² (τ: the effect one hopes for),
/// Λ = √(V / (V + τ²)) · exp(τ² d² / (2 V (V + τ²))), and p = min(1, 1/Λ) is always valid: P(p ≤ α at any time | no difference) ≤ α (Ville's
/// inequality). Johari, Koomen, Pekelis, Walsh: Always Valid Inference: Continuous Monitoring of A/B Tests, Operations Research 70 (2022), section 4.
/// </summary>
public static class MixtureTest
{
    /// <summary>The always-valid p-value; 1 without data.</summary>
    public static double P(long customersA, long hitsA, long customersB, long hitsB, double effect)
    {
        if (customersA == 0 || customersB == 0)
            return 1;
        var difference = ((double)hitsB / customersB) - ((double)hitsA / customersA);
        var variance = Variance(customersA, hitsA) + Variance(customersB, hitsB);
        var mixture = effect * effect;
        var log = (0.5 * Math.Log(variance / (variance + mixture))) + (mixture * difference * difference / (2 * variance * (variance + mixture)));
        return Math.Min(1, Math.Exp(-log));
    }

    // Half a hit more and half a miss more: the variance of a rate without hits is not zero.
    private static double Variance(long customers, long hits)
    {
        var rate = (hits + 0.5) / (customers + 1.0);
        return rate * (1 - rate) / customers;
    }
}
