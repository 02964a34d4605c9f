using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>What messages cost: an account's price times the segments of a text message, or once for any other.</summary>
internal static class MessageCost
{
    private const string SampleTail = "0000";

    public static long Of(ChannelAccount account, MessageContent content) =>
        account.Price * (account.Kind == ChannelKind.Sms ? SmsSegments.Count(content.Text).Segments : 1);

    /// <summary>
    /// The most that one message of these texts can cost through the account: what fills them has the same length for everybody, but for attributes, which are taken
    /// at their longest.
    /// </summary>
    public static long Highest(MessageComposer composer, MessageTexts texts, ReachoutSpec spec, ChannelAccount account, Uri link) =>
        texts.All(account.Kind).Select(template => Of(composer, texts, template, spec, account, link)).DefaultIfEmpty(account.Kind == ChannelKind.Sms ? 0 : account.Price).Max();

    /// <summary>The most that a message of one text costs through the account.</summary>
    public static long Of(MessageComposer composer, MessageTexts texts, CompiledTemplate template, ReachoutSpec spec, ChannelAccount account, Uri link)
    {
        if (account.Price == 0 || account.Kind != ChannelKind.Sms)
            return account.Price;
        var chinese = template.Template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        try
        {
            var tokens = composer.Tokens(spec.Brief.Product, account, chinese, link);
            return account.Price * Longest(template, chinese).Max(prints =>
                SmsSegments.Count(texts.Render(template, SampleTail, tokens, composer.RulesUrl(spec.CampaignCode), TrackedLinks.Sample(composer), prints).Body).Segments);
        }
        catch (TemplateException)
        {
            // It can't be sent to anybody either: skipped(noText), which costs nothing.
            return 0;
        }
    }

    // A text may say more without a flag, or without a figure, than with it; what is longer yet is not sent.
    private static IEnumerable<IReadOnlyDictionary<string, object?>> Longest(CompiledTemplate template, bool chinese)
    {
        yield return template.Attributes.ToDictionary(variable => variable.Name, variable => (object?)AttributeValue.Longest(variable, chinese));
        if (template.Attributes.Any(variable => variable.Type is VariableType.Flag or VariableType.Number or VariableType.Money))
            yield return template.Attributes.ToDictionary(variable => variable.Name, variable => variable.Type switch { VariableType.Flag => false, VariableType.Number or VariableType.Money => 0m, _ => (object?)AttributeValue.Longest(variable, chinese) });
    }
}

/// <summary>A message whose state changes, and what it costs before and after.</summary>
internal readonly record struct CostMove(short Channel, MessageState From, long Before, MessageState To, long After)
{
    public long Reserved => Held(To, After) - Held(From, Before);

    public long Spent => Paid(To, After) - Paid(From, Before);

    // An unknown message may have been delivered: its money stays reserved.
    private static long Held(MessageState state, long cost) => state is MessageState.Leased or MessageState.Unknown ? cost : 0;

    private static long Paid(MessageState state, long cost) => state is MessageState.Accepted or MessageState.Delivered ? cost : 0;
}
