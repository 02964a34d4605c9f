using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Puts the published partials of the library into texts that include them. A brief keeps copies, so that what was signed is what is sent. Thread-safe.
/// </summary>
internal sealed class TextPartials(Database database)
{
    /// <summary>Keys of partials begin so, and only theirs.</summary>
    public const string Prefix = "partials/";

    /// <summary>A text with more is refused as one that is too long.</summary>
    private const int Most = 50;

    /// <summary>The brief with the partials of now in each of its texts.</summary>
    public static async Task<Brief> IntoAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken)
    {
        var texts = brief.Phases.SelectMany(phase => phase.Texts.Concat(phase.Steps.SelectMany(step => step.Texts ?? [])).Concat((phase.Experiment?.Variants ?? []).SelectMany(variant => variant.Texts ?? [])));
        if (texts.All(text => text.Partials.Count == 0 && Sources(text).All(source => MessageTemplate.PartialsNamedIn(source).Count == 0)))
            return brief;
        var published = await PublishedAsync(db, cancellationToken);
        MessageText With(MessageText text) => text with { Partials = Included(Sources(text), text.Language, published) };
        IReadOnlyList<MessageText>? All(IReadOnlyList<MessageText>? list) => list is null ? null : [.. list.Select(With)];
        return brief with
        {
            Phases =
            [
                .. brief.Phases.Select(phase => phase with
                {
                    Texts = All(phase.Texts)!,
                    Steps = [.. phase.Steps.Select(step => step with { Texts = All(step.Texts) })],
                    Experiment = phase.Experiment is { } test ? test with { Variants = [.. test.Variants.Select(variant => variant with { Texts = All(variant.Texts) })] } : null,
                }),
            ],
        };
    }

    /// <summary>A text that stands in no brief, with the partials of now and the variables that campaigns fill in them.</summary>
    public async Task<MessageTemplate> WithAsync(MessageTemplate template, CancellationToken cancellationToken)
    {
        string[] sources = [.. new[] { template.Title, template.Body, template.Html }.OfType<string>()];
        if (sources.All(source => MessageTemplate.PartialsNamedIn(source).Count == 0))
            return template;
        var included = Included(sources, template.Language, await database.ReadAsync(PublishedAsync, cancellationToken));
        var complete = template with { Partials = included.ToDictionary(partial => partial.Name, partial => partial.Body) };
        var known = complete.Declaring([.. BriefTemplates.Variables.Where(one => template.Variables.All(own => own.Name != one.Name))]);
        return complete with { Variables = [.. template.Variables, .. known.Variables] };
    }

    private static IEnumerable<string> Sources(MessageText text) =>
        new[] { text.Subject, text.Body, text.Html }.Concat(text.Template?.Parameters.Select(parameter => parameter.Value) ?? []).OfType<string>();

    private static async Task<Dictionary<(string Name, string Language), TextPartial>> PublishedAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        (await db.Templates.AsNoTracking().Where(row => row.Channel == TextDraft.Partial && row.State == TemplateState.Published).ToListAsync(cancellationToken))
            .GroupBy(row => (row.Key[Prefix.Length..], row.Language))
            .ToDictionary(versions => versions.Key, versions => versions.OrderByDescending(row => row.Version).Select(row => new TextPartial(versions.Key.Item1, row.Version, row.Body)).First());

    /// <summary>Those that the sources include, and those that these include; one that is not there is left out, and the checks say so.</summary>
    private static List<TextPartial> Included(IEnumerable<string> sources, string language, Dictionary<(string Name, string Language), TextPartial> published)
    {
        var included = new SortedDictionary<string, TextPartial>(StringComparer.Ordinal);
        var open = new Queue<string>(sources.SelectMany(MessageTemplate.PartialsNamedIn));
        while (included.Count < Most && open.TryDequeue(out var name))
        {
            if (included.ContainsKey(name) || !published.TryGetValue((name, language), out var partial))
                continue;
            included[name] = partial;
            foreach (var inner in MessageTemplate.PartialsNamedIn(partial.Body))
                open.Enqueue(inner);
        }
        return [.. included.Values];
    }
}
