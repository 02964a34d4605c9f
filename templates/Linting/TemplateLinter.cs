using System.Reflection;

namespace Orchestrator.Templates.Linting;

/// <summary>Checks templates against rule packs. Immutable and safe for any number of threads.</summary>
/// <param name="packs">The packs; of several versions in force on a day, the one with the latest start is used.</param>
/// <param name="renderer">Compiles the texts for measuring.</param>
public sealed class TemplateLinter(IReadOnlyList<RulePack> packs, TemplateRenderer renderer)
{
    private const string Folder = "RulePacks/";

    /// <summary>The packs that ship with the product.</summary>
    public static IReadOnlyList<RulePack> ShippedPacks { get; } = ReadShipped();

    /// <summary>A linter with the shipped packs.</summary>
    /// <param name="renderer">Compiles the texts for measuring.</param>
    /// <returns>The linter.</returns>
    public static TemplateLinter Shipped(TemplateRenderer renderer) => new(ShippedPacks, renderer);

    /// <summary>The packs in force on a day.</summary>
    /// <param name="on">The day.</param>
    /// <returns>One version of each pack that has one.</returns>
    public IReadOnlyList<RulePack> InForce(DateOnly on) =>
        [.. packs.Where(pack => pack.IsInForce(on)).GroupBy(pack => pack.Id).Select(versions => versions.MaxBy(pack => pack.EffectiveFrom)!)];

    /// <summary>Applies every rule in force to a template. Never throws for what the text says; a text that does not compile is a finding.</summary>
    /// <param name="template">The template.</param>
    /// <param name="context">The date, the allowed links, sample values.</param>
    /// <returns>The findings and how the text renders.</returns>
    public LintReport Lint(MessageTemplate template, LintContext context)
    {
        var subject = new LintSubject(template, context, renderer);
        var applied = InForce(context.On);
        var findings =
            from pack in applied
            from rule in pack.Rules
            where rule.AppliesTo(template, context)
            from finding in LintChecks.Run(pack, rule, subject)
            orderby finding.Part, finding.Position, finding.Severity descending
            select finding;
        return new(
            [.. findings], [.. applied.Select(pack => pack.Name)], subject.Preview,
            template.Channel == MessageChannel.Sms && subject.Preview is { } preview ? SmsSegments.Count(preview.Body) : null);
    }

    private static List<RulePack> ReadShipped()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

        RulePack Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return RulePack.Parse(reader.ReadToEnd());
        }
    }
}
