using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Channels;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Pages.Channels;

/// <summary>A channel account as it was typed. Secrets left empty are left out: a change then keeps them.</summary>
internal static class PostedAccount
{
    private static readonly JsonSerializerOptions Indented = new(JsonDefaults.Options) { WriteIndented = true };

    public static Outcome<AccountCommand> Read(IFormCollection posted, ChannelProvider provider, Show show)
    {
        string Text(string field) => posted[field].ToString().Trim();
        var problems = new List<FieldProblem>();
        var settings = new JsonObject();
        foreach (var field in provider.Settings)
        {
            // Secrets are not trimmed: a space may belong to them.
            var typed = field.Secret ? posted[$"settings.{field.Name}"].ToString() : Text($"settings.{field.Name}");
            if (typed.Length > 0 && Value(field, typed, problems) is { } value)
                settings[field.Name] = value;
        }
        var rate = Number(Text("rate"), "rate", problems);
        var order = Number(Text("order"), "order", problems);
        if (order is { } place && (place != decimal.Truncate(place) || place is < 0 or > 9999))
            problems.Add(new FieldProblem("order", "field.order"));
        var until = Text("registeredUntil") is { Length: > 0 } day ? show.StartOf(day) : null;
        if (until is null && Text("registeredUntil").Length > 0)
            problems.Add(new FieldProblem("registeredUntil", "channels.no-date"));
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems]);
        return new AccountCommand(Text("name"), provider.Name, JsonSerializer.SerializeToElement(settings))
        {
            SignatureZh = Text("signatureZh"),
            SignatureEn = Text("signatureEn"),
            Registration = Enum.TryParse<RegistrationStatus>(Text("registration"), out var status) ? status : RegistrationStatus.NotNeeded,
            RegistrationNumber = Text("registrationNumber") is { Length: > 0 } number ? number : null,
            RegisteredUntil = until,
            Rate = (double?)rate,
            RateGroup = Text("rateGroup"),
            IsDisabled = posted.ContainsKey("isDisabled"),
            IsDefault = posted.ContainsKey("isDefault"),
            Purposes = [.. Enum.GetValues<Purpose>().Where(purpose => posted.ContainsKey(PathOf(purpose)))],
            Prefixes = Lines(Text("prefixes")),
            Order = (int)(order ?? 0),
            Seeds = Lines(Text("seeds")),
        };
    }

    /// <summary>The field that says whether the account serves a purpose.</summary>
    public static string PathOf(Purpose purpose) => $"serves-{ChannelNames.OfPurpose(purpose)}";

    /// <summary>A stored setting as the form shows it.</summary>
    public static string? Shown(SettingField field, JsonElement settings) =>
        !settings.TryGetProperty(field.Name, out var value) ? null : field.Type switch
        {
            SettingType.List => string.Join('\n', value.EnumerateArray().Select(item => item.ToString())),
            SettingType.Map => string.Join('\n', value.EnumerateObject().Select(item => $"{item.Name}: {item.Value}")),
            SettingType.Json => JsonSerializer.Serialize(value, Indented),
            SettingType.Switch => value.ValueKind == JsonValueKind.True ? "true" : "false",
            _ => value.ToString(),
        };

    private static JsonNode? Value(SettingField field, string typed, List<FieldProblem> problems)
    {
        var path = $"settings.{field.Name}";
        switch (field.Type)
        {
            case SettingType.Number:
                return Number(typed, path, problems) is { } number ? JsonValue.Create(number) : null;
            case SettingType.Switch:
                return JsonValue.Create(typed == "true");
            case SettingType.List:
                return new JsonArray([.. Lines(typed).Select(line => (JsonNode)line)]);
            case SettingType.Map:
                return new JsonObject(Lines(typed).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0].Trim())
                    .Select(pair => KeyValuePair.Create(pair[0].Trim(), (JsonNode?)pair[1].Trim())));
            case SettingType.Json:
                try
                {
                    return JsonNode.Parse(typed);
                }
                catch (JsonException)
                {
                    problems.Add(new FieldProblem(path, "channels.no-json"));
                    return null;
                }
            default:
                return JsonValue.Create(typed);
        }
    }

    private static decimal? Number(string typed, string path, List<FieldProblem> problems)
    {
        if (typed.Length == 0)
            return null;
        if (decimal.TryParse(typed, NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
            return number;
        problems.Add(new FieldProblem(path, "channels.no-number"));
        return null;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
