using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>The figures behind a check's verdict in people's words; what has none is shown as the API tells it.</summary>
internal static partial class CheckWords
{
    public static string? Of(Texts texts, Show show, CheckVerdict check) => check.Detail switch
    {
        null => null,
        "no address" => texts["check.no-address"],
        "no consent" => texts["check.no-consent"],
        var detail when Caps().Match(detail) is { Success: true } caps => texts["check.caps", caps.Groups[1].Value, caps.Groups[2].Value],
        var detail when Moments(show, detail) is { } moments => moments,
        var detail => detail,
    };

    private static string? Moments(Show show, string detail)
    {
        var parts = detail.Split(" – ");
        return parts.All(part => DateTimeOffset.TryParseExact(part, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            ? string.Join(" – ", parts.Select(part => show.Moment(DateTimeOffset.ParseExact(part, "O", CultureInfo.InvariantCulture))))
            : null;
    }

    [GeneratedRegex("^([0-9]+/[0-9-]+) today, ([0-9]+/[0-9-]+) in 30 days$")]
    private static partial Regex Caps();
}
