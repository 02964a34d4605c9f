using System.Collections.Concurrent;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>What a message of one step or variant costs a customer's way: by account and language, in micros. Thread-safe.</summary>
internal sealed class PhasePrices(MessageComposer composer, MessageTexts texts, ReachoutSpec spec, IReadOnlyDictionary<int, ChannelAccount> accounts, Func<ChannelAccount, Uri> link)
{
    private readonly ConcurrentDictionary<(int AccountNo, string Language), long> known = new();

    public long Of(int accountNo, string language) => known.GetOrAdd((accountNo, language), key =>
        accounts.TryGetValue(key.AccountNo, out var account) && texts.Find(account.Kind, key.Language) is { } template ? MessageCost.Of(composer, texts, template, spec, account, link(account)) : 0);
}

/// <summary>Prices messages before they are planned: at the accounts that a send would choose.</summary>
internal sealed class MessagePrices(TemplateRenderer renderer, MessageComposer composer, UnsubscribeLinks links, ChannelAccounts accounts)
{
    // As long as any that campaigns have.
    private const string SampleCode = "C-2026-0000";

    public async Task<Func<Phase, string?, PhasePrices>> ForAsync(Brief brief, CancellationToken cancellationToken)
    {
        var known = (await accounts.ListAsync(cancellationToken)).ToDictionary(account => account.No);
        return (phase, offer) => new PhasePrices(
            composer, new MessageTexts(renderer, brief, phase) { Offer = offer }, new ReachoutSpec(brief, phase, SampleCode), known, account => links.For(new UnsubscribeTarget(0, 0, account.Kind, ChannelNames.ParsePurpose(phase.Purpose))));
    }
}
