using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Templates.Linting;

/// <summary>A set of lint rules with a version and the dates between which it is in force. Data, so that a change of law is not a release.</summary>
public sealed record RulePack
{
    /// <summary>The pack's name, the same for all its versions.</summary>
    public required string Id { get; init; }

    /// <summary>The version, for example <c>2026.2</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The first day it is in force.</summary>
    public required DateOnly EffectiveFrom { get; init; }

    /// <summary>The first day it is no longer in force; null while no end is known.</summary>
    public DateOnly? EffectiveTo { get; init; }

    /// <summary>What the pack is.</summary>
    public required BilingualText Title { get; init; }

    /// <summary>Where its rules come from, for the reviewer.</summary>
    public string Source { get; init => field = value ?? ""; } = "";

    /// <summary>The rules.</summary>
    public required IReadOnlyList<LintRule> Rules { get; init; }

    /// <summary>Reads a pack.</summary>
    /// <param name="json">The pack as JSON.</param>
    /// <returns>The pack.</returns>
    /// <exception cref="TemplateException">The JSON is malformed, or a rule names a check that does not exist or an invalid pattern.</exception>
    public static RulePack Parse(string json)
    {
        RulePack pack;
        try
        {
            pack = JsonSerializer.Deserialize(json, RulePackJson.Default.RulePack) ?? throw new TemplateException("A rule pack may not be null.");
        }
        catch (JsonException fault)
        {
            throw new TemplateException($"The rule pack is not valid JSON: {fault.Message}", fault);
        }

        foreach (var rule in pack.Rules)
        {
            if (rule is null)
                throw new TemplateException($"A rule of pack '{pack.Id}' may not be null.");
            rule.RequireValid(pack.Id);
        }
        return pack;
    }

    internal bool IsInForce(DateOnly on) => EffectiveFrom <= on && (EffectiveTo is null || on < EffectiveTo);

    internal string Name => $"{Id}@{Version}";
}

// The JSON reader sets what a file leaves out to null; the lists below turn that back into empty.

/// <summary>One rule of a pack: a check and when it applies.</summary>
public sealed record LintRule
{
    /// <summary>The rule's id within its pack.</summary>
    public required string Id { get; init; }

    /// <summary>The check to run, one of those docs/templates.md lists.</summary>
    public required string Check { get; init; }

    /// <summary>How much a finding weighs.</summary>
    public required LintSeverity Severity { get; init; }

    /// <summary>What is wrong and what to do; <c>{evidence}</c>, <c>{max}</c> and <c>{count}</c> are filled in.</summary>
    public required BilingualText Message { get; init; }

    /// <summary>Channels it applies to; all when empty.</summary>
    public IReadOnlyList<MessageChannel> Channels { get; init => field = value ?? []; } = [];

    /// <summary>Language prefixes it applies to; all when empty.</summary>
    public IReadOnlyList<string> Languages { get; init => field = value ?? []; } = [];

    /// <summary>The purpose it applies to; both when null.</summary>
    public MessagePurpose? Purpose { get; init; }

    /// <summary>Whether it applies only to texts that promote a loan.</summary>
    public bool LoanOnly { get; init; }

    /// <summary>The token a check is about.</summary>
    public string? Token { get; init; }

    /// <summary>A bound a check measures against.</summary>
    public int? Max { get; init; }

    /// <summary>Words a check looks for.</summary>
    public IReadOnlyList<string> Words { get; init => field = value ?? []; } = [];

    /// <summary>Regular expressions a check looks for (linear-time dialect: no look-around, no back-references).</summary>
    public IReadOnlyList<string> Patterns { get; init => field = value ?? []; } = [];

    internal bool AppliesTo(MessageTemplate template, LintContext context) =>
        (Channels.Count == 0 || Channels.Contains(template.Channel))
        && (Languages.Count == 0 || Languages.Any(language => template.Language.StartsWith(language, StringComparison.OrdinalIgnoreCase)))
        && (Purpose is null || Purpose == template.Purpose)
        && (!LoanOnly || context.PromotesLoan)
        && !(context.IsFragment && (Check is "token-missing" or "patterns-without-token"));

    internal void RequireValid(string pack)
    {
        if (!LintChecks.Names.Contains(Check))
            throw new TemplateException($"Rule '{Id}' of pack '{pack}' names the check '{Check}', which does not exist.");
        if (string.IsNullOrWhiteSpace(Id) || string.IsNullOrWhiteSpace(Message?.Zh) || string.IsNullOrWhiteSpace(Message.En))
            throw new TemplateException($"A rule of pack '{pack}' needs an id and its message in both languages.");
        if (Words.Concat(Patterns).Concat(Languages).Any(string.IsNullOrWhiteSpace))
            throw new TemplateException($"Rule '{Id}' of pack '{pack}' has an empty word, pattern or language.");
        if ((Check.StartsWith("token-", StringComparison.Ordinal) || Check.StartsWith("patterns-with", StringComparison.Ordinal)) && (Token is null || !TemplateTokens.All.Contains(Token)))
            throw new TemplateException($"Rule '{Id}' of pack '{pack}' needs a token: one of {string.Join(", ", TemplateTokens.All.Order(StringComparer.Ordinal))}.");
        if (Check.StartsWith("max-", StringComparison.Ordinal) && (Max is null or < 1))
            throw new TemplateException($"Rule '{Id}' of pack '{pack}' needs a bound (max) of at least 1.");
        foreach (var pattern in Patterns)
        {
            try
            {
                _ = LintPatterns.Compiled(pattern);
            }
            catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
            {
                throw new TemplateException($"Rule '{Id}' of pack '{pack}' has a pattern that cannot be used: {fault.Message}", fault);
            }
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RulePack))]
internal sealed partial class RulePackJson : JsonSerializerContext;
