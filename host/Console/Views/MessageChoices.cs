using System.Globalization;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>The messages of a campaign as a form offers them: <c>burst</c>, its variant <c>burst@B</c>, its first step <c>burst+1</c>.</summary>
internal static class MessageChoices
{
    public static IEnumerable<(string Value, string Text)> Of(Brief brief, Texts texts) => brief.Phases.SelectMany(phase => Of(phase, texts));

    private static IEnumerable<(string Value, string Text)> Of(Phase phase, Texts texts)
    {
        var variants = phase.Experiment?.Variants ?? [];
        if (variants.Count == 0)
            yield return (phase.Key, phase.Name);
        foreach (var variant in variants)
            yield return ($"{phase.Key}@{variant.Key}", $"{phase.Name} · {texts["preview.variant", variant.Key]}");
        for (var i = 1; i <= phase.Steps.Count; i++)
            yield return (string.Create(CultureInfo.InvariantCulture, $"{phase.Key}+{i}"), $"{phase.Name} · {texts["edit.step", i]}");
    }

    /// <summary>Keys of phases hold neither sign.</summary>
    public static (string Phase, int Step, string? Variant) Read(string value)
    {
        if (value.IndexOf('@', StringComparison.Ordinal) is > 0 and var at)
            return (value[..at], 0, value[(at + 1)..]);
        return value.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus && int.TryParse(value.AsSpan(plus + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? (value[..plus], step, null)
            : (value, 0, null);
    }
}
