using System.Globalization;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Limits of messages per customer in a line.</summary>
internal static class LimitWords
{
    public static string Of(Texts texts, int? perDay, int? per30Days, int? perWeek, int? perMonth) => string.Join(texts["list-comma"], new[]
    {
        texts["rules.sum.frequency-caps", Number(perDay) ?? "–", Number(per30Days) ?? "–"],
        Number(perWeek) is { } week ? texts["rules.sum.cap-week", week] : null,
        Number(perMonth) is { } month ? texts["rules.sum.cap-month", month] : null,
    }.OfType<string>());

    private static string? Number(int? limit) => limit?.ToString(CultureInfo.CurrentCulture);
}
