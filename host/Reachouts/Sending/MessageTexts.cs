using System.Globalization;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>The texts of one phase, compiled, and the values that fill them. Immutable and thread-safe.</summary>
public sealed class MessageTexts
{
    private readonly Dictionary<(ChannelKind Kind, string Language), CompiledTemplate> texts = [];
    private static readonly Dictionary<string, object?> NoPrints = [];
    private readonly Brief brief;

    /// <summary>What fills <c>{{offer}}</c>; null: nothing does.</summary>
    public string? Offer { get; init; }

    public MessageTexts(TemplateRenderer renderer, Brief brief, Phase phase)
    {
        this.brief = brief;
        // What a draft names and nothing is planned on has no kind.
        foreach (var text in phase.Texts.Where(text => ChannelNames.TryParse(text.Channel) is not null))
            texts[(ChannelNames.Parse(text.Channel), text.Language)] = renderer.Compile(BriefTemplates.Of(phase, text));
    }

    /// <summary>The text for a kind in the customer's language, else in a language of the same family, else in Chinese, else in any.</summary>
    public CompiledTemplate? Find(ChannelKind kind, string language) => Choose(texts, kind, language);

    /// <summary>The same choice among whatever there is one of per text.</summary>
    public static T? Choose<T>(IReadOnlyDictionary<(ChannelKind Kind, string Language), T> texts, ChannelKind kind, string language)
        where T : class
    {
        if (texts.TryGetValue((kind, language), out var exact))
            return exact;
        var family = language.Split('-')[0];
        return texts.Where(pair => pair.Key.Kind == kind)
            .OrderBy(pair => pair.Key.Language.Split('-')[0] == family ? 0 : pair.Key.Language.StartsWith("zh", StringComparison.Ordinal) ? 1 : 2)
            .ThenBy(pair => pair.Key.Language, StringComparer.Ordinal)
            .Select(pair => pair.Value).FirstOrDefault();
    }

    /// <summary>Every text for a kind.</summary>
    public IEnumerable<CompiledTemplate> All(ChannelKind kind) => texts.Where(pair => pair.Key.Kind == kind).Select(pair => pair.Value);

    /// <summary>Renders for one customer.</summary>
    /// <param name="template">From <see cref="Find"/>.</param>
    /// <param name="tail">Last digits of the customer's phone number; null: the text must do without.</param>
    /// <param name="tokens">Signature, rate and opt-out address.</param>
    /// <param name="rulesUrl">Where the public rules stand.</param>
    /// <param name="link">The customer's own short address; null: the text must do without.</param>
    /// <param name="prints">The customer's attributes, by variable; null: the text prints none.</param>
    /// <exception cref="TemplateException">A value that the text needs is missing.</exception>
    public RenderedMessage Render(CompiledTemplate template, string? tail, TokenValues tokens, string rulesUrl, string? link = null, IReadOnlyDictionary<string, object?>? prints = null) =>
        Render(template, Shared(template, tokens, rulesUrl), tail, null, link, prints);

    /// <summary>The values that are the same for every customer of an account.</summary>
    /// <exception cref="TemplateException">The text names an offer and there is none.</exception>
    public Dictionary<string, object?> Shared(CompiledTemplate template, TokenValues tokens, string rulesUrl)
    {
        var shared = Values(template, brief.Window, tokens, rulesUrl);
        shared["offer"] = Needed(template, "offer", Offer);
        return shared;
    }

    /// <summary>Renders for one customer from what is shared.</summary>
    /// <param name="template">From <see cref="Find"/>.</param>
    /// <param name="shared">From <see cref="Shared"/>; left as it is.</param>
    /// <param name="tail">Last digits of the customer's phone number; null: the text must do without.</param>
    /// <param name="optOut">The customer's own opt-out address; null: the wording is among the shared values.</param>
    /// <param name="link">The customer's own short address; null: the text must do without.</param>
    /// <param name="prints">The customer's attributes, by variable; null: the text prints none.</param>
    /// <exception cref="TemplateException">A value that the text needs is missing.</exception>
    public static RenderedMessage Render(CompiledTemplate template, Dictionary<string, object?> shared, string? tail, Uri? optOut, string? link, IReadOnlyDictionary<string, object?>? prints = null)
    {
        var data = new Dictionary<string, object?>(shared) { ["tail"] = Tail(template, tail), ["link"] = Needed(template, "link", link) };
        foreach (var (name, value) in prints ?? NoPrints)
            data[name] = value;
        if (optOut is not null)
        {
            data[TemplateTokens.OptOut] = OptOutWording.For(template.Template.Channel, template.Template.Language, optOut.ToString());
            data[TemplateTokens.OptOutUrl] = optOut.ToString();
        }
        return template.Render(data);
    }

    /// <summary>The same for a text outside of any brief.</summary>
    /// <param name="samples">Stand-ins for what campaigns do not fill, by name; values of attributes among them.</param>
    /// <exception cref="TemplateException">A value that the text needs is missing.</exception>
    public static RenderedMessage Render(
        CompiledTemplate template, DateWindow window, string? tail, TokenValues tokens, string rulesUrl, IReadOnlyDictionary<string, object?> samples)
    {
        var data = Values(template, window, tokens, rulesUrl);
        foreach (var (name, value) in samples)
        {
            // What a campaign fills is not sampled.
            if (!data.TryGetValue(name, out var known) || known is null)
                data[name] = value;
        }
        data["tail"] = Tail(template, tail);
        return template.Render(data);
    }

    // One entry per variable of BriefTemplates.Variables.
    private static Dictionary<string, object?> Values(CompiledTemplate template, DateWindow window, TokenValues tokens, string rulesUrl)
    {
        var data = new Dictionary<string, object?>
        {
            ["tail"] = null,
            ["start"] = window.Start,
            ["end"] = window.End,
            ["rules_url"] = rulesUrl,
            ["name"] = null,
            ["link"] = null,
            ["offer"] = null,
        };
        tokens.AddTo(data, template.Template.Channel, template.Template.Language);
        return data;
    }

    private static string? Tail(CompiledTemplate template, string? tail) =>
        tail is not null || !template.UsedVariables.Contains("tail") ? tail : throw new TemplateException($"Template '{template.Template.Id}': the customer has no phone number for 'tail'.");

    private static string? Needed(CompiledTemplate template, string name, string? value) =>
        value is not null || !template.UsedVariables.Contains(name) ? value : throw new TemplateException($"Template '{template.Template.Id}': there is nothing for '{name}'.");

    /// <summary>The annualised rate as it must stand in loan marketing; empty for other products.</summary>
    public static string RateOf(ProductTerms product, bool chinese)
    {
        if (product.Category != "loan" || product.MaxAnnualRate is not { } max)
            return "";
        var range = product.MinAnnualRate is { } min && min != max
            ? string.Create(CultureInfo.InvariantCulture, $"{min:0.##}%-{max:0.##}%")
            : string.Create(CultureInfo.InvariantCulture, $"{max:0.##}%");
        return chinese ? $"贷款年化利率(单利){range},以审批和合同为准。" : $"Loan APR {range} (simple), subject to approval.";
    }
}
