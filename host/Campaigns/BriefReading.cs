using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>Reads a brief from JSON as it came in. Impossible dates (31 June), unknown and missing members are refused with the field named.</summary>
public static partial class BriefReading
{
    /// <summary>Characters of a brief: a hundred phases with every text at length fit.</summary>
    private const int SizeLimit = 1024 * 1024;

    [GeneratedRegex(@"(?:JSON property|member) '(?<name>[^']+)'|required properties including: (?<list>.+?)\.(?: |$)")]
    private static partial Regex NamedInMessage();

    public static Outcome<Brief> Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid(new FieldProblem("brief", "field.object"));
        if (json.GetRawText().Length > SizeLimit)
            return Refusal.Invalid(new FieldProblem("brief", "field.too-large"));
        var problems = CheckDates(json).Concat(CheckEntries(json, "")).ToArray();
        if (problems.Length > 0)
            return Refusal.Invalid(problems);
        try
        {
            return json.Deserialize<Brief>(JsonDefaults.Input)!;
        }
        catch (JsonException exception)
        {
            return Refusal.Invalid([.. Explain(exception)]);
        }
    }

    private static IEnumerable<FieldProblem> CheckDates(JsonElement brief)
    {
        if (Member(brief, "window") is { } window)
        {
            foreach (var name in new[] { "start", "end" })
            {
                if (Member(window, name) is { } value && !IsDate(value))
                    yield return new FieldProblem($"window.{name}", "field.date-impossible", value.ToString());
            }
        }
        if (Member(brief, "phases") is not { ValueKind: JsonValueKind.Array } phases)
            yield break;
        var index = 0;
        foreach (var phase in phases.EnumerateArray())
        {
            if (Member(phase, "date") is { } date && !IsDate(date))
                yield return new FieldProblem($"phases[{index}].date", "field.date-impossible", date.ToString());
            if (Member(phase, "date") is not null && Member(phase, "daysFromLaunch") is not null)
                yield return new FieldProblem($"phases[{index}].daysFromLaunch", "field.phase-day-twice");
            if (Member(phase, "time") is { } time && !IsTime(time))
                yield return new FieldProblem($"phases[{index}].time", "field.time-impossible", time.ToString());
            if (Member(phase, "recurrence") is { } recurrence && Member(recurrence, "until") is { } until && !IsDate(until))
                yield return new FieldProblem($"phases[{index}].recurrence.until", "field.date-impossible", until.ToString());
            index++;
        }
    }

    /// <summary>Null as an entry of a list means nothing anywhere.</summary>
    private static IEnumerable<FieldProblem> CheckEntries(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => CheckEntries(member.Value, Join(path, member.Name))),
        JsonValueKind.Array => json.EnumerateArray().SelectMany((entry, i) =>
            entry.ValueKind == JsonValueKind.Null ? [new FieldProblem(FormattableString.Invariant($"{path}[{i}]"), "field.required")] : CheckEntries(entry, FormattableString.Invariant($"{path}[{i}]"))),
        _ => [],
    };

    private static IEnumerable<FieldProblem> Explain(JsonException exception)
    {
        var path = exception.Path is { Length: > 2 } found ? found[2..] : "";
        var match = NamedInMessage().Match(exception.Message);
        if (match.Groups["list"] is { Success: true } list)
            return list.Value.Split(',', StringSplitOptions.TrimEntries).Select(name => new FieldProblem(Join(path, name.Trim('\'', '"')), "field.required"));
        return match.Groups["name"] is { Success: true } name
            ? [new FieldProblem(path.EndsWith(name.Value, StringComparison.Ordinal) ? path : Join(path, name.Value), "field.unknown")]
            : [new FieldProblem(path.Length == 0 ? "brief" : path, "field.brief-unreadable")];
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static JsonElement? Member(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool IsDate(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsTime(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && TimeOnly.TryParseExact(value.GetString(), ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
