using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Which switches are about a text: its own hash, and holds on its wording or on the library template it was taken from.</summary>
internal static class TextScopes
{
    public static async Task<IReadOnlyDictionary<(ChannelKind Kind, string Language), IReadOnlyList<string>>> ReadAsync(OrchestratorDb db, Phase phase, CancellationToken cancellationToken)
    {
        // Almost always none is held, and nothing more is read.
        var held = await db.SendControls.Where(row => row.HeldBy != null && (row.Scope.StartsWith(ControlScope.WordingPrefix) || row.Scope.StartsWith(ControlScope.TemplatePrefix)))
            .Select(row => row.Scope).ToListAsync(cancellationToken);
        var found = new Dictionary<(ChannelKind, string), IReadOnlyList<string>>();
        foreach (var text in phase.Texts)
            found[(ChannelNames.Parse(text.Channel), text.Language)] = [ControlScope.Text(SendJobs.TextHash(text)).Key, .. await HeldAsync(db, text, held, cancellationToken)];
        return found;
    }

    /// <summary>Whether <paramref name="scope"/> is about the text.</summary>
    public static async Task<bool> IsAboutAsync(OrchestratorDb db, ControlScope scope, MessageText text, CancellationToken cancellationToken) =>
        scope == ControlScope.Text(SendJobs.TextHash(text)) || (await HeldAsync(db, text, [scope.Key], cancellationToken)).Count > 0;

    private static async Task<List<string>> HeldAsync(OrchestratorDb db, MessageText text, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var about = new List<string>();
        foreach (var key in scopes)
        {
            var scope = new ControlScope(key);
            if (scope.After(ControlScope.WordingPrefix) is { } words ? Says(text, words) : scope.After(ControlScope.TemplatePrefix) is { } template && await IsTakenFromAsync(db, text, template, cancellationToken))
                about.Add(key);
        }
        return about;
    }

    private static bool Says(MessageText text, string words) =>
        new[] { text.Subject, text.Body, text.Html }.Concat(text.Template?.Parameters.Select(parameter => parameter.Value) ?? []).Concat(text.Partials.Select(partial => partial.Body)).Any(part => part?.Contains(words, StringComparison.OrdinalIgnoreCase) == true);

    // A brief holds a copy of the text: an untouched copy is known by its wording.
    private static Task<bool> IsTakenFromAsync(OrchestratorDb db, MessageText text, string template, CancellationToken cancellationToken) =>
        template.StartsWith(TextPartials.Prefix, StringComparison.Ordinal) ? Task.FromResult(text.Partials.Any(partial => TextPartials.Prefix + partial.Name == template))
        : db.Templates.AnyAsync(row => row.Key == template && row.Channel == text.Channel && row.Language == text.Language && row.Body == text.Body, cancellationToken);
}
