namespace Orchestrator.Templates.Linting;

/// <summary>What a lint run knows beside the template itself.</summary>
public sealed record LintContext
{
    /// <summary>The business date: packs in force on it are applied.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Whether the marketing is for loans, which must show the annualised rate. True unless said otherwise.</summary>
    public bool PromotesLoan { get; init; } = true;

    /// <summary>Hosts that links may point to; a host covers its sub-domains.</summary>
    public IReadOnlyCollection<string> AllowedHosts { get; init; } = [];

    /// <summary>Token values for measuring; typical ones when null.</summary>
    public TokenValues? Tokens { get; init; }

    /// <summary>Values for measuring, by variable name; the variables' examples fill the gaps.</summary>
    public IReadOnlyDictionary<string, object?> Sample { get; init; } = new Dictionary<string, object?>();

    /// <summary>The template is a part of other texts: what a whole text must have is not asked of it.</summary>
    public bool IsFragment { get; init; }

    /// <summary>Partials the template is compiled with; null: its own.</summary>
    public IReadOnlyDictionary<string, string>? Partials { get; init; }
}
