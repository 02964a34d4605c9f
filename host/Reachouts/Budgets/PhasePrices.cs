using System.Collections.Concurrent;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>What a message of one step or variant costs a customer's way: by channel and language, in micros. Thread-safe.</summary>
internal sealed class PhasePrices(MessageComposer composer, MessageTexts texts, ReachoutSpec spec, IReadOnlyDictionary<ChannelKind, ChannelAccount> accounts, Func<ChannelAccount, Uri> link)
{
    private readonly ConcurrentDictionary<(ChannelKind Kind, string Language), long> known = new();

    public long Of(ChannelKind kind, string language) => known.GetOrAdd((kind, language), key =>
        accounts.TryGetValue(key.Kind, out var account) && texts.Find(key.Kind, key.Language) is { } template ? MessageCost.Of(composer, texts, template, spec, account, link(account)) : 0);
}

/// <summary>Prices messages before they are planned: at the default accounts, as a send would choose them.</summary>
internal sealed class MessagePrices(TemplateRenderer renderer, MessageComposer composer, UnsubscribeLinks links, ChannelAccounts accounts)
{
    // As long as any that campaigns have.
    private const string SampleCode = "C-2026-0000";

    public async Task<Func<Phase, string?, PhasePrices>> ForAsync(Brief brief, CancellationToken cancellationToken)
    {
        var defaults = (await accounts.ListAsync(cancellationToken)).Where(account => account is { IsDefault: true, IsDisabled: false }).GroupBy(account => account.Kind).ToDictionary(own => own.Key, own => own.First());
        return (phase, offer) => new PhasePrices(
            composer, new MessageTexts(renderer, brief, phase) { Offer = offer }, new ReachoutSpec(brief, phase, SampleCode), defaults, account => links.For(new UnsubscribeTarget(0, 0, account.Kind, ChannelNames.ParsePurpose(phase.Purpose))));
    }
}
