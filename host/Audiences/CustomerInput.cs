using System.Text.Json;
using Orchestrator.Channels;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>Reads a customer from JSON, naming every field that is wrong. By hand, because an absent member and a null one mean different things.</summary>
internal static class CustomerInput
{
    private static readonly Dictionary<string, ChannelKind> AddressMembers = new()
    {
        ["phone"] = ChannelKind.Sms,
        ["email"] = ChannelKind.Email,
        ["pushToken"] = ChannelKind.Push,
        ["wecomUserId"] = ChannelKind.WeCom,
        ["oaOpenid"] = ChannelKind.OfficialAccount,
    };

    private static readonly Dictionary<string, string> TokenMembers = new() { ["fcmToken"] = "fcm", ["apnsToken"] = "apns", ["webPush"] = "webpush" };

    public static CustomerChange Read(JsonElement json, string? externalId, AttributeSet declared, string path, List<FieldProblem> problems)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new FieldProblem(path.TrimEnd('.'), "audience.field.object"));
            return new CustomerChange { ExternalId = "" };
        }
        externalId ??= json.TryGetProperty("externalId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        Report(CustomerValues.CheckExternalId(externalId), path + "externalId", problems);
        var change = new CustomerChange { ExternalId = externalId ?? "" };
        foreach (var member in json.EnumerateObject())
            ReadMember(change, member, declared, path, problems);
        return change;
    }

    private static void ReadMember(CustomerChange change, JsonProperty member, AttributeSet declared, string path, List<FieldProblem> problems)
    {
        var field = path + member.Name;
        switch (member.Name)
        {
            case "externalId":
                if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() != change.ExternalId)
                    problems.Add(new FieldProblem(field, "audience.field.external-id"));
                break;
            case "attributes" when member.Value.ValueKind == JsonValueKind.Object:
                ReadAttributes(change, member.Value, declared, field, problems);
                break;
            case "consents" when member.Value.ValueKind == JsonValueKind.Array:
                ReadConsents(change, member.Value, field, problems);
                break;
            case CustomerChange.LanguageSetting or CustomerChange.TimeZoneSetting:
                change.Settings[member.Name] = ReadText(member.Value, field, problems, member.Name == CustomerChange.LanguageSetting ? CustomerValues.CheckLanguage : CustomerValues.CheckTimeZone);
                break;
            case var name when AddressMembers.TryGetValue(name, out var channel):
                string? normalised = null;
                ReadText(member.Value, field, problems, text => CustomerValues.CheckAddress(channel, text, out normalised));
                change.Addresses[channel] = normalised;
                break;
            case var name when TokenMembers.TryGetValue(name, out var kind):
                string? token = null;
                ReadText(member.Value, field, problems, text => CustomerValues.CheckAddress(ChannelKind.Push, text, out token));
                change.Tokens[kind] = token;
                break;
            default:
                problems.Add(new FieldProblem(field, "audience.field.member-unknown"));
                break;
        }
    }

    private static void ReadAttributes(CustomerChange change, JsonElement attributes, AttributeSet declared, string path, List<FieldProblem> problems)
    {
        foreach (var attribute in attributes.EnumerateObject())
        {
            var field = $"{path}.{attribute.Name}";
            if (!declared.ByName.TryGetValue(attribute.Name, out var definition))
            {
                problems.Add(new FieldProblem(field, "audience.field.attribute-unknown", attribute.Name));
                continue;
            }
            Report(CustomerValues.Read(definition.Type, attribute.Value, out var token), field, problems);
            change.Attributes[attribute.Name] = token;
        }
    }

    private static void ReadConsents(CustomerChange change, JsonElement consents, string path, List<FieldProblem> problems)
    {
        var index = 0;
        foreach (var item in consents.EnumerateArray())
        {
            var field = $"{path}[{index++}]";
            ConsentBody? body = null;
            try
            {
                body = item.Deserialize<ConsentBody>(JsonDefaults.Options);
            }
            catch (JsonException exception)
            {
                problems.Add(new FieldProblem(field, "audience.field.unreadable", exception.Message));
            }
            if (body?.ToStatement(field + ".", problems) is { } statement)
                change.Consents.Add(statement);
        }
    }

    private static string? ReadText(JsonElement value, string field, List<FieldProblem> problems, Func<string, ValueProblem?> check)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Add(new FieldProblem(field, "audience.field.text"));
            return null;
        }
        Report(check(value.GetString()!), field, problems);
        return value.GetString();
    }

    private static void Report(ValueProblem? problem, string field, List<FieldProblem> problems)
    {
        if (problem is not null)
            problems.Add(new FieldProblem(field, problem.TextKey, problem.Args));
    }
}

/// <summary>A consent statement as the API takes it.</summary>
public sealed record ConsentBody(string Channel, string Purpose, bool Granted, string Source, DateTimeOffset? At = null, string? TextVersion = null, string? Evidence = null)
{
    internal ConsentStatement? ToStatement(string path, List<FieldProblem> problems)
    {
        var count = problems.Count;
        var channel = CustomerChannels.Find(Channel);
        if (channel is null)
            problems.Add(new FieldProblem(path + "channel", "audience.field.channel-unknown", Channel));
        var purpose = Purposes.Find(Purpose);
        if (purpose is null)
            problems.Add(new FieldProblem(path + "purpose", "audience.field.purpose-unknown", Purpose));
        if (string.IsNullOrWhiteSpace(Source))
            problems.Add(new FieldProblem(path + "source", "field.required"));
        return problems.Count > count ? null : new ConsentStatement(channel!.Value, purpose!.Value, Granted, Source, At?.ToUniversalTime(), TextVersion, Evidence);
    }
}
