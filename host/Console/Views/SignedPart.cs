using Orchestrator.Host.Compliance;
using Orchestrator.Host.WebConsole.Components;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>A part that a task signs, against what this person signed last: new, changed or the same.</summary>
internal sealed record SignedPart(string Name, string? Hash, string State, string? Before, string? After)
{
    public string Css => State == "same" ? "is-same" : State == "changed" ? "is-changed" : "";

    public Tone Tone => State == "same" ? Tone.Ok : State == "changed" ? Tone.Accent : Tone.Quiet;

    public string Icon => State == "same" ? "circle-check" : State == "changed" ? "file-diff" : "file-text";

    public static async Task<List<SignedPart>> OfAsync(IReadOnlyList<string> covers, CampaignContext context, Approval? last, CampaignViews views, CancellationToken cancellationToken)
    {
        var signed = last?.Parts() ?? new Dictionary<string, string>();
        var now = context.PartHashes;
        var contents = await views.ContentsAsync([.. covers.SelectMany(part => new[] { signed.GetValueOrDefault(part), now.GetValueOrDefault(part) }).OfType<string>().Distinct()], cancellationToken);
        return
        [
            .. covers.Select(part =>
            {
                var (before, after) = (signed.GetValueOrDefault(part), now.GetValueOrDefault(part));
                var state = before is null ? "new" : before == after ? "same" : "changed";
                return new SignedPart(part, after, state, before is null ? null : contents.GetValueOrDefault(before), after is null ? null : contents.GetValueOrDefault(after));
            }).OrderBy(part => part.State == "changed" ? 0 : 1),
        ];
    }
}
