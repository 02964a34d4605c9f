using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Templates;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>What a customer would get: rendered, or why it can't be.</summary>
internal sealed record MessagePreview(string Phase, string Channel, string Language, string? Title, string? Text, string? Problem);

/// <summary>Renders a brief's texts as the send would, for an example customer.</summary>
internal sealed class MessagePreviews(ChannelAccounts accounts, OrchestratorOptions options)
{
    private readonly TemplateRenderer renderer = new();

    public async Task<IReadOnlyList<MessagePreview>> ForAsync(Brief brief, string tail, string language, CancellationToken cancellationToken)
    {
        var signatures = new Dictionary<(ChannelKind, string), (string, string)>();
        foreach (var (kind, purpose) in brief.Phases.Where(phase => phase.Purpose is "marketing" or "servicing").SelectMany(phase => phase.AllChannels().Select(ChannelNames.TryParse).OfType<ChannelKind>().Select(channel => (channel, phase.Purpose))).Distinct())
        {
            if (await accounts.ForKindAsync(kind, ChannelNames.ParsePurpose(purpose), cancellationToken) is { } account)
                signatures[(kind, purpose)] = (account.SignatureZh, account.SignatureEn);
        }
        return [.. brief.Phases.SelectMany(Occasions).SelectMany(occasion => occasion.Phase.Channels.Select(channel => Render(brief, occasion.Phase, occasion.Offer, channel, tail, language, signatures)))];
    }

    /// <summary>The first message, or each of its variants, and every step with texts of its own.</summary>
    private static IEnumerable<(Phase Phase, string? Offer)> Occasions(Phase phase)
    {
        var variants = phase.Experiment?.Variants ?? [];
        if (variants.Count == 0)
            yield return (phase, null);
        for (var i = 0; i < variants.Count; i++)
            yield return (phase.At(0, i + 1) with { Name = $"{phase.Name} · {variants[i].Key}" }, variants[i].Offer);
        for (var i = 0; i < phase.Steps.Count; i++)
            yield return (phase.At(i + 1, 0) with { Name = $"{phase.Name} +{i + 1}" }, null);
    }

    private MessagePreview Render(Brief brief, Phase phase, string? offer, string channel, string tail, string language, Dictionary<(ChannelKind, string), (string Zh, string En)> signatures)
    {
        try
        {
            var texts = new MessageTexts(renderer, brief, phase) { Offer = offer };
            if (ChannelNames.TryParse(channel) is not { } kind || texts.Find(kind, language) is not { } template)
                return new MessagePreview(phase.Name, channel, language, null, null, "");
            var chinese = template.Template.Language.StartsWith("zh", StringComparison.Ordinal);
            var signature = signatures.GetValueOrDefault((kind, phase.Purpose), (Zh: $"【{options.CompanyName}】", En: $"{options.CompanyName}:"));
            var rendered = texts.Render(template, tail, new TokenValues
            {
                Signature = chinese ? signature.Zh : signature.En,
                Rate = MessageTexts.RateOf(brief.Product, chinese),
                OptOutUrl = new Uri(options.PublicUrl, "/u/…").ToString(),
                CompanyName = options.CompanyName,
                CompanyAddress = options.CompanyAddress,
                ComplaintLine = options.ComplaintLine,
            }, "https://app.example/rules", new Uri(options.PublicUrl, "/l/…").ToString(), TextPrints.Samples(template, brief.Window.Start));
            return new MessagePreview(phase.Name, channel, template.Template.Language, rendered.Title, rendered.Body, null);
        }
        catch (Exception exception) when (exception is TemplateException or ArgumentException)
        {
            return new MessagePreview(phase.Name, channel, language, null, null, exception.Message);
        }
    }
}
