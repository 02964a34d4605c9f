using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// What to preview: a text, or the text of a campaign's phase and channel; both together show the text as it would go out in that campaign.
/// </summary>
/// <param name="Customer">External id of the customer to render for; null takes samples.</param>
/// <param name="Product">The product, where no campaign says it; null takes a typical loan.</param>
/// <param name="Step">0: the first message of the phase; 1 … its steps.</param>
/// <param name="Variant">Key of the variant of the first message; null: the phase's own texts.</param>
public sealed record PreviewRequest(
    TextDraft? Text = null, Guid? CampaignId = null, string? Phase = null, string? Channel = null, string? Language = null, string? Customer = null, ProductTerms? Product = null, int Step = 0, string? Variant = null);

/// <summary>A text as one customer would get it.</summary>
/// <param name="Address">Masked; null without a customer or where the customer has none on this channel.</param>
/// <param name="IsConsented">The customer agreed to this purpose on this channel; null without a customer.</param>
/// <param name="IsSuppressed">The customer or the address is on the suppression list; null without a customer.</param>
/// <param name="Account">The account it would go through; null: none serves the channel, and the signature is a stand-in.</param>
/// <param name="Sms">Length and segments of a text message.</param>
public sealed record PreviewReply(
    string Channel, string Language, string? Title, string Text, string? Html, string? Address, bool? IsConsented, bool? IsSuppressed, string? Account, TextLength? Sms)
{
    /// <summary>Attributes of the customer for which samples stand here, because the reader may not see them.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];
}

/// <summary>Renders texts with the sender's own composer, without sending. Thread-safe.</summary>
internal sealed class TextPreview(
    Database database, ChannelAccounts accounts, MessageComposer composer, TemplateRenderer renderer, UnsubscribeLinks links, PreviewCustomers customers, TextPartials partials, AuditChain audit, OrchestratorOptions options, BusinessClock clock)
{
    private const string SampleTail = "8842";
    private static readonly ProductTerms SampleProduct = new() { Code = "sample", Name = "sample", MinAnnualRate = 7.2m, MaxAnnualRate = 19.8m };

    /// <param name="request">What, and for whom.</param>
    /// <param name="reader">Who looks: goes on the chain when attributes of a customer are shown. Null: none are, samples stand for them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Outcome<PreviewReply>> RenderAsync(PreviewRequest request, Actor? reader, CancellationToken cancellationToken)
    {
        if (request.Text?.Check().ToArray() is { Length: > 0 } problems)
            return Refusal.Invalid([.. problems.Select(problem => problem with { Field = $"text.{problem.Field}" })]);
        var campaign = request.CampaignId is { } id ? await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken) : null;
        if (request.CampaignId is { } asked && campaign is null)
            return Refusal.NotFound(asked.ToString());
        var candidate = request.Customer is { Length: > 0 } customer ? await customers.FindAsync(customer, cancellationToken) : null;
        if (request.Customer is { Length: > 0 } and { } missing && candidate is null)
            return Refusal.NotFound(missing);
        try
        {
            var source = await SourceAsync(request, campaign, candidate, cancellationToken);
            if (source.Refusal is { } refusal)
                return refusal;
            var prints = await customers.PrintsAsync(source.Value.Template, candidate, reader, cancellationToken);
            var reply = await RenderAsync(source.Value, request.Product, campaign, candidate, prints, cancellationToken);
            if (candidate is not null && prints.Shown.Count > 0)
                await database.WriteAsync((tx, token) => audit.AppendAsync(tx, campaign is null ? TemplateLibrary.Chain : AuditChain.ForCampaign(campaign.Id), reader!, token, new AuditEntry("text-previewed", request.Phase, new { customer = candidate.CustomerNo, attributes = prints.Shown, text = source.Value.Template.Hash })), cancellationToken);
            return reply;
        }
        catch (TemplateException fault)
        {
            return Refusal.Conflict("text-fault", fault.Message);
        }
    }

    private async Task<Outcome<PreviewSource>> SourceAsync(PreviewRequest request, Campaign? campaign, Candidate? candidate, CancellationToken cancellationToken)
    {
        if (request.Text is { } text)
            return new PreviewSource(ChannelNames.TryParse(text.Channel) ?? ChannelKind.Push, ChannelNames.ParsePurpose(text.Purpose), renderer.Compile(await partials.WithAsync(text.Template("text"), cancellationToken)), null);
        if (campaign is null || request.Phase is null || request.Channel is null || ChannelNames.TryParse(request.Channel) is not { } kind)
            return new Refusal("not-a-text-source", StatusCodes.Status422UnprocessableEntity);
        var brief = campaign.Brief();
        if (brief.Phases.FirstOrDefault(phase => phase.Key == request.Phase)?.Message(request.Step, request.Variant) is not { } message)
            return Refusal.NotFound($"{request.Phase}{(request.Step > 0 ? $"+{request.Step}" : "")}{(request.Variant is { } variant ? $"@{variant}" : "")}");
        return new MessageTexts(renderer, brief, message.Phase).Find(kind, request.Language ?? candidate?.Language ?? "zh-CN") is { } template
            ? new PreviewSource(kind, ChannelNames.ParsePurpose(message.Phase.Purpose), template, message.Offer)
            : Refusal.Conflict("no-text", request.Channel, request.Phase);
    }

    private sealed record PreviewSource(ChannelKind Kind, Purpose Purpose, CompiledTemplate Template, string? Offer);

    private async Task<PreviewReply> RenderAsync(
        PreviewSource source, ProductTerms? product, Campaign? campaign, Candidate? candidate, CustomerPrints prints, CancellationToken cancellationToken)
    {
        var (kind, purpose, compiled, offer) = source;
        var template = compiled.Template;
        var account = await accounts.ForKindAsync(kind, purpose, cancellationToken);
        var brief = campaign?.Brief();
        // Names nobody: looking at a preview must not hand out a link that opts the customer out.
        var link = links.For(new UnsubscribeTarget(0, 0, kind, purpose));
        var chinese = template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        var tokens = composer.Tokens(brief?.Product ?? product ?? SampleProduct, account ?? StandIn(kind), chinese, link);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var samples = template.Variables.ToDictionary(variable => variable.Name, variable => prints.Values?.TryGetValue(variable.Name, out var own) == true ? own : TemplateSample.Of(variable, today));
        if (offer is not null)
            samples["offer"] = offer;
        var rendered = MessageTexts.Render(
            compiled, brief?.Window ?? new DateWindow(today.AddDays(14), today.AddDays(25)), candidate is null ? SampleTail : MessageComposer.TailOf(candidate), tokens,
            composer.RulesUrl(campaign?.Code ?? "C-0000-0000"), samples);
        var route = candidate?.Channels.FirstOrDefault(channel => channel.Kind == kind);
        return new PreviewReply(
            ChannelNames.Of(kind), template.Language, rendered.Title, rendered.Body, rendered.Html,
            route?.Address is { } address ? CustomerAddresses.Mask(kind, address) : null,
            candidate is null ? null : route?.IsConsented(purpose) ?? false,
            candidate is null ? null : candidate.IsSuppressed || route?.IsSuppressed == true,
            account?.Name,
            kind == ChannelKind.Sms ? TextLength.From(SmsSegments.Count(rendered.Body)) : null) { Hidden = prints.Hidden };
    }

    private ChannelAccount StandIn(ChannelKind kind)
    {
        var company = options.CompanyName.Length > 0 ? options.CompanyName : "Orchestrator";
        return new ChannelAccount { Name = "", Provider = "", Kind = kind, Settings = "", CallbackSecret = "", SignatureZh = $"【{company}】", SignatureEn = $"{company}:" };
    }
}
