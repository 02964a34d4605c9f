using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Values of dated rules in people's words. A kind that has none of its own shows its members as they are stored.</summary>
internal sealed class RuleWords(Texts texts)
{
    private const int LongestRaw = 160;
    private readonly QuietHourWords hours = new(texts);

    /// <summary>In one line.</summary>
    public string Summary(string kind, JsonElement value) => kind switch
    {
        "global-holdout" when Read<GlobalShare>(value) is { } share =>
            share.Percent == 0 ? texts["rules.sum.global-holdout.none"] : texts["rules.sum.global-holdout", Plain(share.Percent), texts[$"rules.period.{share.Period}"]],
        "staff-reminders" when Read<ReminderLimit>(value) is { } limit =>
            limit.Times == 0 ? texts["rules.sum.staff-reminders.none"] : texts["rules.sum.staff-reminders", limit.Times, limit.Hours],
        "frequency-caps" when Read<HouseLimits>(value) is { } limits => Caps(limits),
        "ledger-retention" when Read<LedgerTerm>(value) is { } term => texts[term.Automatic ? "rules.sum.ledger-retention.automatic" : "rules.sum.ledger-retention", term.KeepMonths],
        "reply-rules" when Read<ReplyRule>(value) is { } rule => texts[
            "rules.sum.reply-rules", ForWhom(rule), rule.Confirm ? texts["rules.sum.confirmed", rule.WithinMinutes] : texts["rules.sum.not-confirmed"], texts[rule.OptIn ? "rules.sum.opt-in" : "rules.sum.no-opt-in"]],
        "click-networks" when Read<NetworkList>(value) is { } list => texts["rules.sum.click-networks", list.Cidrs.Count],
        "quiet-hours" when Read<QuietRule>(value) is { } rule => hours.Summary(rule),
        "provider-policy" when Read<ProviderBan>(value) is { } ban => ban.Withdrawn ? texts["rules.sum.withdrawn"] : OfWhat(ban),
        _ => Cut(value.GetRawText()),
    };

    /// <summary>Member by member, names and values in words: what two versions are compared by.</summary>
    public string Display(string kind, JsonElement value)
    {
        if (kind == "quiet-hours" && Read<QuietRule>(value) is { } rule)
            return hours.Display(rule).ToJsonString();
        var shown = new JsonObject();
        Collect(kind, "", value, shown);
        return shown.ToJsonString();
    }

    private void Collect(string kind, string path, JsonElement value, JsonObject shown)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    Collect(kind, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value, shown);
                break;
            case JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String):
                // Each entry by itself: of a long list only what came and went is shown.
                foreach (var item in value.EnumerateArray())
                    shown[$"{Name(kind, path)} {item.GetString()}"] = item.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var (item, number) in value.EnumerateArray().Select((item, i) => (item, i + 1)))
                    Collect(kind, FormattableString.Invariant($"{path} {number}"), item, shown);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                shown[Name(kind, path)] = Word(path, value);
                break;
        }
    }

    private string Name(string kind, string path) =>
        texts.Has($"rules.field.value.{path}") ? texts[$"rules.field.value.{path}"] : texts.Has($"rules.field.{kind}.{path}") ? texts[$"rules.field.{kind}.{path}"] : path;

    private string Word(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => texts["yes"],
        JsonValueKind.False => texts["no"],
        JsonValueKind.String when path == "channel" && texts.Has($"channel.{value.GetString()}") => texts[$"channel.{value.GetString()}"],
        JsonValueKind.String when path == "purpose" && texts.Has($"purpose.{value.GetString()}") => texts[$"purpose.{value.GetString()}"],
        JsonValueKind.String when path == "productCategory" && texts.Has($"category.{value.GetString()}") => texts[$"category.{value.GetString()}"],
        JsonValueKind.String when path == "provider" => ProviderName(value.GetString()!),
        JsonValueKind.String when path == "period" && Enum.TryParse<HoldoutPeriod>(value.GetString(), ignoreCase: true, out var period) => texts[$"rules.period.{period}"],
        _ => value.ToString(),
    };

    private string Caps(HouseLimits limits)
    {
        return string.Join("; ", [
            LimitWords.Of(texts, limits.PerCustomerPerDay, limits.PerCustomerPer30Days, limits.PerCustomerPerWeek, limits.PerCustomerPerMonth),
            .. (limits.Channels ?? []).Select(limit => $"{(texts.Has($"channel.{limit.Channel}") ? texts[$"channel.{limit.Channel}"] : limit.Channel)} {LimitWords.Of(texts, limit.PerCustomerPerDay, limit.PerCustomerPer30Days, limit.PerCustomerPerWeek, limit.PerCustomerPerMonth)}"),
        ]);
    }

    private string ForWhom(ReplyRule rule) => string.Join(" · ", new[]
    {
        texts.Has($"channel.{rule.Channel}") ? texts[$"channel.{rule.Channel}"] : rule.Channel,
        rule.Provider is { } provider ? ProviderName(provider) : null,
        rule.AddressPrefix is { } prefix ? texts["rules.sum.prefix", prefix] : null,
    }.OfType<string>());

    private string OfWhat(ProviderBan ban) => string.Join(" · ", new[]
    {
        ProviderName(ban.Provider),
        ban.Purpose is { } purpose ? texts[purpose == Purpose.Marketing ? "purpose.marketing" : "purpose.servicing"] : null,
        ban.ProductCategory is { } category ? texts[$"category.{category}"] : null,
        ban.AddressPrefix is { } prefix ? texts["rules.sum.prefix", prefix] : null,
    }.OfType<string>());

    private static string ProviderName(string name) => ChannelProviders.Find(name) is { } provider ? Texts.IsChinese ? provider.LabelZh : provider.LabelEn : name;

    private static string Plain(decimal number) => number.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length <= LongestRaw ? text : text[..LongestRaw] + "…";

    // What is stored was checked; what is only typed may be anything.
    private static T? Read<T>(JsonElement value)
        where T : class
    {
        try
        {
            return value.Deserialize<T>(JsonDefaults.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
