using Orchestrator.Host.Compliance;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Components;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Events of a campaign's chain as lines of its history.</summary>
internal static class AuditLines
{
    public static TimelineEntry Of(Texts texts, AuditEvent row, CampaignContext context)
    {
        var (tone, icon) = LookOf(row.Type);
        var subject = row.Subject is null ? "" : $" · {context.ElementName(row.Subject)}";
        return new TimelineEntry(row.At, context.NameOf(row.Actor), AuditText.Of(texts, row.Type) + subject, row.Reason, tone, icon);
    }

    private static (Tone Tone, string Icon) LookOf(string type) => type switch
    {
        _ when type.Contains("void", StringComparison.Ordinal) || type.Contains("sent-back", StringComparison.Ordinal) => (Tone.Warn, "arrow-back-up"),
        _ when type.Contains("hold", StringComparison.Ordinal) || type.Contains("held", StringComparison.Ordinal) || type.Contains("trip", StringComparison.Ordinal) => (Tone.Bad, "hand-stop"),
        _ when type.Contains("incident", StringComparison.Ordinal) || type.Contains("reject", StringComparison.Ordinal) => (Tone.Bad, "alert-circle"),
        _ when type.Contains("approv", StringComparison.Ordinal) || type.Contains("signed", StringComparison.Ordinal) => (Tone.Ok, "signature"),
        _ when type.Contains("completed", StringComparison.Ordinal) => (Tone.Ok, "circle-check"),
        _ when type.Contains("edit", StringComparison.Ordinal) || type.Contains("changed", StringComparison.Ordinal) => (Tone.Accent, "edit"),
        _ when type.Contains("stage", StringComparison.Ordinal) => (Tone.Accent, "flag"),
        _ => (Tone.Quiet, "point"),
    };
}
