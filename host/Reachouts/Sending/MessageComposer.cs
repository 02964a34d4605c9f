using Orchestrator.Channels;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>Renders the text for one customer and makes it a message for the channel port.</summary>
internal sealed class MessageComposer(UnsubscribeLinks links, OrchestratorOptions options)
{
    private const int TailDigits = 4;
    private static readonly Dictionary<string, string> NoExtras = [];

    /// <exception cref="TemplateException">A value that the text needs is missing.</exception>
    public OutboundMessage Compose(SendJob job, LeaseRow row, Candidate candidate, CandidateChannel channel, ChannelAccount account, TimeSpan left, string? shortLink, TimeProvider realClock)
    {
        var texts = job.PlanOf(row).Texts;
        var template = texts.Find(channel.Kind, candidate.Language) ?? throw new TemplateException($"There is no text for {channel.Kind}.");
        var chinese = template.Template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        if (account.SharesText && Personal(template) is { } personal)
            throw new TemplateException($"Template '{template.Template.Id}': '{personal}' differs per customer, and {account.Provider} sends one text to many.");
        var customerNo = account.SharesText ? UnsubscribeTarget.Everybody : candidate.CustomerNo;
        var link = NeedsLink(channel.Kind, template) ? links.For(new UnsubscribeTarget(job.Occurrence.Id, customerNo, channel.Kind, job.Rules.Purpose)) : null;
        var shared = job.Shared.GetOrAdd((account.No, texts, template), _ => SharedOf(texts, template, job, account, chinese));
        var target = account.SharesText ? job.PlanOf(row).Phase.Link?.Target : shortLink;
        var rendered = MessageTexts.Render(template, shared, template.UsedVariables.Contains("tail") ? TailOf(candidate) : null, link, target, TextPrints.Of(template, candidate, job.PlanOf(row).Rules.Declared));
        return new OutboundMessage
        {
            MessageId = new MessageId(job.Occurrence.Id, row.Due.CustomerNo, row.Due.Step).ToString(),
            Attempt = row.Due.Attempt + 1,
            Address = channel.Address ?? throw new TemplateException("The customer has no address on this channel any more."),
            Purpose = job.Rules.Purpose,
            Language = template.Template.Language,
            SignatureName = chinese ? Bare(account.SignatureZh) : Bare(account.SignatureEn),
            // The provider counts by the real clock, the latest time is one of business.
            ExpiresAt = realClock.GetUtcNow() + left,
            Content = Content(channel.Kind, template, rendered, link) with { Url = TapOf(channel.Kind, target) },
            Extras = ExtrasOf(channel.Kind, candidate),
        };
    }

    /// <summary>Where a tap on a notification or a template message leads: the phase's link. The other kinds say it in their text.</summary>
    public static Uri? TapOf(ChannelKind kind, string? address) =>
        kind is ChannelKind.Push or ChannelKind.OfficialAccount && address is not null ? new Uri(address) : null;

    /// <summary>WeCom messages go out from the employee who looks after the customer; where none is known, from the account's own sender.</summary>
    private static Dictionary<string, string> ExtrasOf(ChannelKind kind, Candidate candidate) =>
        kind == ChannelKind.WeCom && candidate.Attributes.TryGet(SendChecks.WecomOwnerAttribute, out var value) && value is string { Length: > 0 } owner
            ? new Dictionary<string, string> { ["sender"] = owner } : NoExtras;

    private Dictionary<string, object?> SharedOf(MessageTexts texts, CompiledTemplate template, SendJob job, ChannelAccount account, bool chinese)
    {
        TemplateCodes.Require(account, template);
        return texts.Shared(template, Tokens(job, account, chinese, null), RulesUrl(job.Spec.CampaignCode));
    }

    private static string? Personal(CompiledTemplate template) =>
        template.UsedVariables.Contains("tail") ? "tail" : template.Attributes.Count > 0 ? template.Attributes[0].Name : null;

    // Text messages, followers' messages and notifications are refused by reply or in the app; their opt-out wording has no address.
    private static bool NeedsLink(ChannelKind kind, CompiledTemplate template) =>
        kind is not (ChannelKind.Sms or ChannelKind.Push or ChannelKind.OfficialAccount) || template.UsedTokens.Contains(TemplateTokens.OptOutUrl);

    /// <summary>What a channel of that kind is given.</summary>
    public static MessageContent Content(ChannelKind kind, CompiledTemplate template, RenderedMessage rendered, Uri? link) => new()
    {
        Text = rendered.Body,
        Subject = kind == ChannelKind.Email ? rendered.Title : null,
        Title = kind == ChannelKind.Email ? null : rendered.Title,
        Html = rendered.Html,
        UnsubscribeUrl = link,
        TemplateCode = template.Template.Registered?.Code,
        TemplateParameters = rendered.Parameters.Count == 0 ? [] : [.. rendered.Parameters.Select(parameter => new TemplateParameter(parameter.Name, parameter.Value))],
    };

    public TokenValues Tokens(SendJob job, ChannelAccount account, bool chinese, Uri? link) => Tokens(job.Spec.Brief.Product, account, chinese, link);

    public TokenValues Tokens(Campaigns.ProductTerms product, ChannelAccount account, bool chinese, Uri? link) => new()
    {
        Signature = chinese ? account.SignatureZh : account.SignatureEn,
        Rate = MessageTexts.RateOf(product, chinese),
        OptOutUrl = link?.ToString(),
        CompanyName = options.CompanyName,
        CompanyAddress = options.CompanyAddress,
        ComplaintLine = options.ComplaintLine,
    };

    /// <summary>Customers get https addresses only; an installation that is tried out without TLS shows them all the same.</summary>
    public string RulesUrl(string campaignCode) => CustomerUrl($"/rules/{campaignCode}");

    public string CustomerUrl(string path) =>
        new UriBuilder(new Uri(options.PublicUrl, path)) { Scheme = Uri.UriSchemeHttps, Port = options.PublicUrl.IsDefaultPort ? -1 : options.PublicUrl.Port }.Uri.ToString();

    public static string? TailOf(Candidate candidate)
    {
        var phone = candidate.Channels.FirstOrDefault(channel => channel.Kind == ChannelKind.Sms)?.Address;
        return phone is { Length: >= TailDigits } ? phone[^TailDigits..] : null;
    }

    private static string? Bare(string signature) =>
        signature.Trim('【', '】', ' ', ':', '：') is { Length: > 0 } bare ? bare : null;
}
