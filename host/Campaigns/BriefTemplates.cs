using Orchestrator.Templates;

namespace Orchestrator.Host.Campaigns;

/// <summary>The texts of a brief as templates.</summary>
public static class BriefTemplates
{
    /// <summary>The variables a campaign's texts may name besides the tokens.</summary>
    public static readonly IReadOnlyList<TemplateVariable> Variables =
    [
        new("name", VariableType.Text, Required: false, Example: "王女士"),
        new("tail", VariableType.Text, Example: "8842"),
        new("start", VariableType.Date, Example: "2026-12-08"),
        new("end", VariableType.Date, Example: "2026-12-19"),
        new("link", VariableType.Url, Required: false, Example: "https://app.example/l/x7Kp2mQ9Ra"),
        new("offer", VariableType.Text, Required: false, Example: "首期利息8折券"),
        new("rules_url", VariableType.Url, Example: "https://app.example/rules"),
    ];

    public static MessageChannel? ChannelOf(string kind) => kind switch
    {
        "sms" => MessageChannel.Sms,
        "push" => MessageChannel.Push,
        "wecom" => MessageChannel.WeCom,
        "email" => MessageChannel.Email,
        "oa" or "oa-template" => MessageChannel.OfficialAccount,
        _ => null,
    };

    public static MessageTemplate Of(Phase phase, MessageText text)
    {
        var template = new MessageTemplate
        {
            Id = $"{phase.Key}/{text.Channel}/{text.Language}",
            Channel = ChannelOf(text.Channel) ?? MessageChannel.InApp,
            Language = text.Language,
            Purpose = phase.Purpose == "servicing" ? MessagePurpose.Servicing : MessagePurpose.Marketing,
            Title = text.Subject,
            Body = text.Body,
            Html = text.Html,
            Registered = text.Template,
            Partials = text.Partials.ToDictionary(partial => partial.Name, partial => partial.Body),
        };
        return template.Declaring(text.Variables.Count == 0 ? Variables : [.. Variables.Where(known => text.Variables.All(own => own.Name != known.Name)), .. text.Variables]);
    }
}
