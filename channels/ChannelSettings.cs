namespace Orchestrator.Channels;

/// <summary>One field of a provider's settings, for the console's form and for the documentation.</summary>
/// <param name="Name">Key in the settings JSON (camelCase).</param>
/// <param name="Type">How it is entered.</param>
/// <param name="LabelEn">English label.</param>
/// <param name="LabelZh">Chinese label.</param>
public sealed record SettingField(string Name, SettingType Type, string LabelEn, string LabelZh)
{
    /// <summary>Must be filled in.</summary>
    public bool Required { get; init; }

    /// <summary>Stored encrypted and never shown again.</summary>
    public bool Secret { get; init; }

    /// <summary>Default, as text.</summary>
    public string? Default { get; init; }

    /// <summary>One line of advice, English.</summary>
    public string? HelpEn { get; init; }

    /// <summary>One line of advice, Chinese.</summary>
    public string? HelpZh { get; init; }

    /// <summary>Values of a <see cref="SettingType.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>How a setting is entered; also its JSON type (Text, LongText, Url, Choice: string; List: array of strings; Map: object of strings; Json: any).</summary>
public enum SettingType
{
    /// <summary>One line.</summary>
    Text,

    /// <summary>Several lines (keys, templates).</summary>
    LongText,

    /// <summary>Absolute address.</summary>
    Url,

    /// <summary>Whole number.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Switch,

    /// <summary>One of <see cref="SettingField.Choices"/>.</summary>
    Choice,

    /// <summary>Array of strings, a line each.</summary>
    List,

    /// <summary>Object of strings, a "key: value" line each.</summary>
    Map,

    /// <summary>Structured, entered as JSON.</summary>
    Json,
}

/// <summary>What is wrong with a setting.</summary>
/// <param name="Field">Key of the field, or empty for the whole.</param>
/// <param name="Message">What is wrong and what to enter.</param>
public sealed record SettingError(string Field, string Message);

/// <summary>Settings of a channel account cannot be used.</summary>
public sealed class ChannelSettingsException(string provider, IReadOnlyList<SettingError> errors)
    : Exception($"Settings of a '{provider}' account: {string.Join(" ", errors.Select(e => $"{e.Field}: {e.Message}"))}")
{
    /// <summary>Each finding.</summary>
    public IReadOnlyList<SettingError> Errors { get; } = errors;
}
