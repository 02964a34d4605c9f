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

    /// <summary>The most that one message of these texts can cost through the account: all values that fill them have the same length for everybody.</summary>
    public static long Highest(MessageComposer composer, MessageTexts texts, ReachoutSpec spec, ChannelAccount account, Uri link) =>
        texts.All(account.Kind).Select(template => Of(composer, texts, template, spec, account, link)).DefaultIfEmpty(account.Kind == ChannelKind.Sms ? 0 : account.Price).Max();

    /// <summary>What a message of one text costs through the account.</summary>
    public static long Of(MessageComposer composer, MessageTexts texts, CompiledTemplate template, ReachoutSpec spec, ChannelAccount account, Uri link)
    {
        if (account.Price == 0 || account.Kind != ChannelKind.Sms)
            return account.Price;
        var chinese = template.Template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        try
        {
            var rendered = texts.Render(template, SampleTail, composer.Tokens(spec.Brief.Product, account, chinese, link), composer.RulesUrl(spec.CampaignCode), TrackedLinks.Sample(composer));
            return account.Price * SmsSegments.Count(rendered.Body).Segments;
        }
        catch (TemplateException)
        {
            // It can't be sent to anybody either: skipped(noText), which costs nothing.
            return 0;
        }
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
