namespace Orchestrator.Templates.Linting;

/// <summary>How much a finding weighs.</summary>
public enum LintSeverity
{
    /// <summary>Worth a look; does not block.</summary>
    Warning,

    /// <summary>The text may not be used as it is.</summary>
    Error,
}

/// <summary>The part of a template a finding is about.</summary>
public enum TemplatePart
{
    /// <summary>Subject or push title.</summary>
    Title,

    /// <summary>Plain text.</summary>
    Body,

    /// <summary>HTML part.</summary>
    Html,

    /// <summary>A value for the registered template; positions count within it.</summary>
    Parameter,
}

/// <summary>A text in both languages of the console.</summary>
/// <param name="Zh">Simplified Chinese.</param>
/// <param name="En">English.</param>
public sealed record BilingualText(string Zh, string En)
{
    /// <summary>The text in a language: Chinese for tags that start with <c>zh</c>, English for all others.</summary>
    /// <param name="language">BCP 47 tag.</param>
    /// <returns>The text.</returns>
    public string In(string language) => MessageTemplate.LanguageIsChinese(language) ? Zh : En;
}

/// <summary>Something a rule found in a template.</summary>
/// <param name="RuleId">The rule, for example <c>banned-word</c>.</param>
/// <param name="Pack">The rule pack, with its version: <c>cn-consumer-finance@2026.2</c>.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Evidence">The words found; empty when something is missing.</param>
/// <param name="Part">The part it was found in.</param>
/// <param name="Position">Offset of the evidence in the part's source; 0 when something is missing.</param>
public sealed record LintFinding(
    string RuleId, string Pack, LintSeverity Severity, BilingualText Message, string Evidence, TemplatePart Part, int Position);
