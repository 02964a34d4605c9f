using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>One text as it is being written.</summary>
public sealed record TextDraft
{
    public static readonly IReadOnlyList<string> Channels = ["push", "wecom", "sms", "email", "oa"];
    /// <summary>Channel of a partial 片段: part of texts of any channel.</summary>
    public const string Partial = "partial";
    public static readonly IReadOnlyList<string> AllChannels = [.. Channels, Partial];
    public static readonly IReadOnlyList<string> Languages = ["zh-CN", "en"];
    public static readonly IReadOnlyList<string> Purposes = ["marketing", "servicing"];

    public required string Channel { get; init; }
    public required string Language { get; init; }

    /// <summary>marketing or servicing.</summary>
    public string Purpose { get; init; } = "marketing";

    /// <summary>Subject of an e-mail, title of a push.</summary>
    public string? Title { get; init; }
    public required string Body { get; init; }
    public string? Html { get; init; }

    /// <summary>What the text may name beside the variables that campaigns fill; null: nothing.</summary>
    public IReadOnlyList<TemplateVariable>? Variables { get; init; }

    public MessageTemplate Template(string id)
    {
        var template = new MessageTemplate
        {
            Id = Channel == Partial ? TextPartials.Prefix + id : id,
            Channel = BriefTemplates.ChannelOf(Channel) ?? MessageChannel.InApp,
            Language = Language,
            Purpose = Purpose == "servicing" ? MessagePurpose.Servicing : MessagePurpose.Marketing,
            Title = NullIfEmpty(Title),
            Body = Body,
            Html = NullIfEmpty(Html),
        };
        var known = template.Declaring([.. BriefTemplates.Variables.Where(one => Variables?.Any(own => own.Name == one.Name) != true)]);
        return Variables is null ? known : known with { Variables = [.. known.Variables, .. Variables] };
    }

    /// <summary>What is wrong with the form of the draft; its wording is the linter's business.</summary>
    public IEnumerable<FieldProblem> Check()
    {
        if (!AllChannels.Contains(Channel))
            yield return new FieldProblem("channel", "field.choice-of", Channel, string.Join(", ", AllChannels));
        if (!Languages.Contains(Language))
            yield return new FieldProblem("language", "field.choice-of", Language, string.Join(", ", Languages));
        if (!Purposes.Contains(Purpose))
            yield return new FieldProblem("purpose", "field.choice-of", Purpose, string.Join(", ", Purposes));
        if (string.IsNullOrWhiteSpace(Body))
            yield return new FieldProblem("body", "field.required");
        foreach (var (name, text) in new[] { ("title", Title), ("body", Body), ("html", Html) })
        {
            if (text?.Length > TemplateLimits.MaxSourceLength)
                yield return new FieldProblem(name, "field.too-long", TemplateLimits.MaxSourceLength);
        }
        foreach (var problem in TextVariables.Problems(Variables ?? [], "variables", isForCampaigns: false))
            yield return problem;
        if (NullIfEmpty(Html) is not null && Channel != "email")
            yield return new FieldProblem("html", "field.html-for-email");
    }

    internal static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
