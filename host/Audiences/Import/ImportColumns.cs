using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Channels;

namespace Orchestrator.Host.Audiences;

/// <summary>One thing wrong with one cell.</summary>
internal sealed record CellProblem(string? Column, string? Value, string TextKey, params object[] Args);

/// <summary>
/// What the columns of a file mean, read from its header, and how a row becomes a change. Attributes go by their name or Chinese label;
/// an empty cell clears, a column that is not there leaves alone.
/// </summary>
internal sealed partial class ImportColumns
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["externalid"] = "external_id", ["customer_id"] = "external_id", ["客户号"] = "external_id", ["客户编号"] = "external_id",
        ["mobile"] = "phone", ["手机号"] = "phone", ["手机"] = "phone", ["邮箱"] = "email", ["e-mail"] = "email",
        ["语言"] = "language", ["时区"] = "time_zone", ["timezone"] = "time_zone",
    };

    private static readonly Dictionary<string, ChannelKind> AddressColumns = new()
    {
        ["phone"] = ChannelKind.Sms, ["email"] = ChannelKind.Email, ["push_token"] = ChannelKind.Push, ["wecom_user_id"] = ChannelKind.WeCom, ["oa_openid"] = ChannelKind.OfficialAccount,
    };

    private static readonly Dictionary<string, string> TokenColumns = new() { ["fcm_token"] = "fcm", ["apns_token"] = "apns", ["web_push"] = "webpush" };

    private readonly string[] names;
    private readonly Action<string, Row>[] readers;

    [GeneratedRegex("^(push|wecom|sms|email|oa)(_servicing)?_consent$")]
    private static partial Regex ConsentColumn();

    private ImportColumns(string[] names, Action<string, Row>[] readers) => (this.names, this.readers) = (names, readers);

    public int Count => names.Length;

    /// <exception cref="ImportRefusedException">The header lacks the id, names a column twice, or has columns that mean nothing here.</exception>
    public static ImportColumns Read(IReadOnlyList<string> header, AttributeSet declared)
    {
        var names = header.Select(cell => Canonical(cell.Trim(), declared)).ToArray();
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ImportRefusedException("import.column-twice", twice.Key);
        if (!names.Contains("external_id"))
            throw new ImportRefusedException("import.no-id", string.Join(", ", header.Take(20).Select(Shorten)));
        var readers = names.Select(name => ReaderFor(name, declared)).ToArray();
        var unknown = names.Where((_, i) => readers[i] is null).Select(Shorten).ToArray();
        return unknown.Length == 0 ? new ImportColumns(names, readers!) : throw new ImportRefusedException("import.columns-unknown", string.Join(", ", unknown.Take(20)));
    }

    /// <summary>Reads a row; without problems the change is complete.</summary>
    public (CustomerChange Change, List<CellProblem> Problems) ReadRow(IReadOnlyList<string> cells)
    {
        var row = new Row();
        for (var i = 0; i < names.Length; i++)
        {
            row.Column = names[i];
            readers[i](cells[i].Trim(), row);
        }
        return (row.ToChange(), row.Problems);
    }

    private static string Canonical(string cell, AttributeSet declared)
    {
        if (Aliases.TryGetValue(cell, out var name))
            return name;
        return declared.ByName.Values.FirstOrDefault(attribute => attribute.LabelChinese == cell)?.Name ?? cell.ToLowerInvariant();
    }

    private static Action<string, Row>? ReaderFor(string name, AttributeSet declared)
    {
        if (AddressColumns.TryGetValue(name, out var channel))
            return (text, row) => row.Addresses[channel] = ReadAddress(text, row, channel);
        if (TokenColumns.TryGetValue(name, out var token))
            return (text, row) => row.Tokens[token] = ReadAddress(text, row, ChannelKind.Push);
        if (declared.ByName.TryGetValue(name, out var attribute))
            return (text, row) => ReadAttribute(text, row, attribute);
        if (ConsentColumn().Match(name) is { Success: true } consent)
            return (text, row) => ReadConsent(text, row, CustomerChannels.Find(consent.Groups[1].Value)!.Value, consent.Groups[2].Success ? Purpose.Servicing : Purpose.Marketing);
        return name switch
        {
            "external_id" => (text, row) => row.Check(CustomerValues.CheckExternalId(row.ExternalId = text), text),
            "language" => (text, row) => ReadSetting(text, row, CustomerChange.LanguageSetting, CustomerValues.CheckLanguage),
            "time_zone" => (text, row) => ReadSetting(text, row, CustomerChange.TimeZoneSetting, CustomerValues.CheckTimeZone),
            "consent_at" => ReadConsentTime,
            "consent_source" => (text, row) => row.ConsentSource = text.Length == 0 ? row.ConsentSource : Shorten(text),
            "consent_text_version" => (text, row) => row.ConsentTextVersion = text.Length == 0 ? null : Shorten(text),
            _ => null,
        };
    }

    private static string? ReadAddress(string text, Row row, ChannelKind channel)
    {
        string? normalised = null;
        if (text.Length > 0)
            row.Check(CustomerValues.CheckAddress(channel, text, out normalised), CustomerAddresses.Mask(channel, text));
        return normalised;
    }

    private static void ReadAttribute(string text, Row row, AttributeDefinition attribute)
    {
        string? token = null;
        if (text.Length > 0)
            row.Check(CustomerValues.Read(attribute.Type, text, out token), attribute.IsSensitive ? "***" : text);
        row.Attributes[attribute.Name] = token;
    }

    private static void ReadConsent(string text, Row row, ChannelKind channel, Purpose purpose)
    {
        if (text.Length == 0)
            return;
        if (CustomerValues.ReadYesNo(text) is { } granted)
            row.Consents.Add((channel, purpose, granted));
        else
            row.Check(new ValueProblem("audience.field.attribute-boolean"), text);
    }

    private static void ReadSetting(string text, Row row, string setting, Func<string, ValueProblem?> check)
    {
        if (text.Length > 0)
            row.Check(check(text), text);
        row.Settings[setting] = text.Length == 0 ? null : text;
    }

    private static void ReadConsentTime(string text, Row row)
    {
        if (text.Length == 0)
            return;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            row.ConsentAt = at;
        else
            row.Check(new ValueProblem("audience.field.instant"), text);
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private sealed class Row
    {
        public string Column { get; set; } = "";
        public string ExternalId { get; set; } = "";
        public Dictionary<string, string?> Attributes { get; } = [];
        public Dictionary<ChannelKind, string?> Addresses { get; } = [];
        public Dictionary<string, string?> Tokens { get; } = [];
        public Dictionary<string, string?> Settings { get; } = [];
        public List<(ChannelKind Channel, Purpose Purpose, bool Granted)> Consents { get; } = [];
        public string ConsentSource { get; set; } = "import";
        public DateTimeOffset? ConsentAt { get; set; }
        public string? ConsentTextVersion { get; set; }
        public List<CellProblem> Problems { get; } = [];

        public void Check(ValueProblem? problem, string value)
        {
            if (problem is not null)
                Problems.Add(new CellProblem(Column, Shorten(value), problem.TextKey, problem.Args));
        }

        public CustomerChange ToChange() => new()
        {
            ExternalId = ExternalId,
            Attributes = Attributes,
            Addresses = Addresses,
            Tokens = Tokens,
            Settings = Settings,
            Consents = [.. Consents.Select(consent => new ConsentStatement(consent.Channel, consent.Purpose, consent.Granted, ConsentSource, ConsentAt, ConsentTextVersion))],
        };
    }
}
