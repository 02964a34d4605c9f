namespace Orchestrator.Host.Demo;

/// <summary>SplitMix64: the same numbers from the same seed on every machine and every runtime, so that the demo's figures can be asserted.</summary>
internal sealed class DemoRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        var bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>In [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Next() < probability;

    /// <summary>Both ends included.</summary>
    public int Between(int first, int last) => first + (int)(Next() * (last - first + 1));

    public double Normal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Next()));
        return radius * Math.Cos(2 * Math.PI * Next());
    }

    /// <summary>Beta(2, 3): the second smallest of four uniform numbers.</summary>
    public double BetaTwoThree()
    {
        Span<double> four = [Next(), Next(), Next(), Next()];
        four.Sort();
        return four[1];
    }

    /// <summary>An index by weights that add up to 100.</summary>
    public int Pick(params ReadOnlySpan<double> weights)
    {
        var at = Next() * 100;
        for (var i = 0; i < weights.Length - 1; i++)
        {
            at -= weights[i];
            if (at < 0)
                return i;
        }

        return weights.Length - 1;
    }

    public T Of<T>(IReadOnlyList<T> items) => items[(int)(Next() * items.Count)];
}
