using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Templates;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Reachouts;

/// <summary>Why a variable can't be filled from the attribute that it names. Text key <c>print.{name}</c>.</summary>
public enum PrintFault
{
    NotDeclared,
    NotPrintable,
    OnlyMasked,
    WrongType,
}

/// <summary>What the texts of a phase print of customers' attributes, by channel and language. Immutable and thread-safe.</summary>
public sealed class TextPrints
{
    public static readonly TextPrints None = new([]);
    private readonly Dictionary<(ChannelKind Kind, string Language), MessageTemplate> texts;

    private TextPrints(Dictionary<(ChannelKind Kind, string Language), MessageTemplate> texts)
    {
        this.texts = texts;
        Attributes = [.. texts.Values.SelectMany(text => text.Variables).Select(variable => variable.Attribute).OfType<string>().Distinct()];
    }

    /// <summary>Names of all attributes that some text prints.</summary>
    public IReadOnlyList<string> Attributes { get; }

    public static TextPrints Of(Phase phase)
    {
        if (phase.Texts.All(text => text.Variables.Count == 0))
            return None;
        var texts = new Dictionary<(ChannelKind, string), MessageTemplate>();
        // The language is chosen among all texts, those that print nothing included.
        foreach (var text in phase.Texts.Where(text => ChannelNames.TryParse(text.Channel) is not null))
            texts[(ChannelNames.Parse(text.Channel), text.Language)] = BriefTemplates.Of(phase, text);
        return new TextPrints(texts);
    }

    /// <summary>Whether the text for this customer needs an attribute that the customer lacks.</summary>
    public bool LackOne(ChannelKind kind, Candidate candidate, AttributeSet declared) => Attributes.Count > 0 && Lacking(kind, candidate, declared) is not null;

    /// <summary>The first attribute that the text for this customer needs and the customer lacks; null: none.</summary>
    public string? Lacking(ChannelKind kind, Candidate candidate, AttributeSet declared) =>
        Attributes.Count > 0 && MessageTexts.Choose(texts, kind, candidate.Language) is { } text
            ? text.Variables.FirstOrDefault(variable => variable.Attribute is not null && ValueOf(variable, text.Channel, candidate.Attributes, declared) is null)?.Attribute
            : null;

    /// <summary>What fills a text's variables for a customer; null: it prints no attribute.</summary>
    public static IReadOnlyDictionary<string, object?>? Of(CompiledTemplate template, Candidate candidate, AttributeSet declared) =>
        template.Attributes.Count == 0 ? null : template.Attributes.ToDictionary(variable => variable.Name, variable => ValueOf(variable, template.Template.Channel, candidate.Attributes, declared));

    /// <summary>The same with stand-ins, for nobody.</summary>
    public static IReadOnlyDictionary<string, object?>? Samples(CompiledTemplate template, DateOnly today) =>
        template.Attributes.Count == 0 ? null : template.Attributes.ToDictionary(variable => variable.Name, variable => (object?)Templates.Linting.TemplateSample.Of(variable, today));

    private static object? ValueOf(TemplateVariable variable, MessageChannel channel, IFeelScope attributes, AttributeSet declared)
    {
        object? value = null;
        if (FaultOf(variable, declared) is null)
            attributes.TryGet(variable.Attribute!, out value);
        return AttributeValue.Of(variable, value is FeelDate { Year: >= 1 and <= 9999 } date ? new DateOnly(date.Year, date.Month, date.Day) : value, channel);
    }

    /// <summary>What keeps an attribute from filling a variable, whoever the customer; null: nothing.</summary>
    public static PrintFault? FaultOf(TemplateVariable variable, AttributeSet declared)
    {
        if (!declared.ByName.TryGetValue(variable.Attribute!, out var attribute))
            return PrintFault.NotDeclared;
        if (attribute.Printing == AttributePrinting.No)
            return PrintFault.NotPrintable;
        if (!Fits(variable.Type, attribute.Type))
            return PrintFault.WrongType;
        return attribute.Printing == AttributePrinting.Masked && !variable.Masked ? PrintFault.OnlyMasked : null;
    }

    private static bool Fits(VariableType variable, AttributeType attribute) => attribute switch
    {
        AttributeType.Number => variable is VariableType.Number or VariableType.Money,
        AttributeType.Date => variable == VariableType.Date,
        AttributeType.Boolean => variable == VariableType.Flag,
        _ => variable == VariableType.Text,
    };
}
