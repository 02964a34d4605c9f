using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>What was approved for one phase: kept with the reach-out, so that an edit of the campaign can't change it.</summary>
public sealed record ReachoutSpec(Brief Brief, Phase Phase, string CampaignCode);

/// <summary>Everything a sender needs to work on one occurrence, read at one moment.</summary>
internal sealed record SendJob(
    Occurrence Occurrence, Reachout Reachout, ReachoutSpec Spec, SendRules Rules, MessageTexts Texts, IReadOnlyDictionary<int, ChannelAccount> Accounts, IReadOnlyList<string> Scopes)
{
    /// <summary>Account number to the most that a message through it can cost.</summary>
    public required IReadOnlyDictionary<int, long> Highest { get; init; }

    /// <summary>Some bucket that pays for these messages has a limit.</summary>
    public required bool HasBudget { get; init; }

    /// <summary>Epoch of the switch <c>all</c> when this was read: once it has gone up, nothing more is sent from this job.</summary>
    public long Epoch { get; init; }

    /// <summary>The switches that close the text of a channel and language.</summary>
    public IReadOnlyDictionary<(ChannelKind Kind, string Language), IReadOnlyList<string>> TextScopes { get; init; } = new Dictionary<(ChannelKind, string), IReadOnlyList<string>>();

    /// <summary>Those of <see cref="Scopes"/> that close all of its messages.</summary>
    public IEnumerable<string> WholeScopes => Scopes.Where(scope => !new ControlScope(scope).IsPartial);

    /// <summary>Whether a channel's messages in a customer's language are closed.</summary>
    public bool IsClosed(ChannelKind kind, int accountNo, string language, HashSet<string> closed) =>
        closed.Contains(ControlScope.Channel(ChannelNames.Of(kind)).Key) || closed.Contains(ControlScope.Account(accountNo).Key)
        || (Texts.Find(kind, language) is { } text && TextScopes.GetValueOrDefault((kind, text.Template.Language)) is { } keys && keys.Any(closed.Contains));

    public CapRule Caps => new(Purpose, Rules.PerDay, Rules.Per30Days);

    public short Purpose => (short)Rules.Purpose;
}

/// <summary>Reads send jobs.</summary>
internal sealed class SendJobs(Database database, TemplateRenderer renderer, MessageComposer composer, UnsubscribeLinks links, OrchestratorOptions options)
{
    private readonly TimeZoneInfo companyZone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public Task<SendJob?> FindAsync(long occurrenceId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                // Read before all the rest: what changes meanwhile makes the job stale.
                var epoch = await db.SendControls.Where(row => row.Scope == ControlScope.All.Key).Select(row => row.Epoch).SingleOrDefaultAsync(token);
                if (await db.Occurrences.SingleOrDefaultAsync(row => row.Id == occurrenceId, token) is not { } occurrence)
                    return null;
                var reachout = await db.Reachouts.SingleAsync(row => row.Id == occurrence.ReachoutId, token);
                var spec = JsonSerializer.Deserialize<ReachoutSpec>(reachout.Spec, JsonDefaults.Options)!;
                var accounts = await db.ChannelAccounts.Where(row => !row.IsDisabled).ToListAsync(token);
                var rules = SendRules.For(spec.Brief, spec.Phase, await ChannelAccounts.RoutesAsync(db, token), companyZone);
                var texts = new MessageTexts(renderer, spec.Brief, spec.Phase);
                var textScopes = await TextScopes.ReadAsync(db, spec.Phase, token);
                return new SendJob(
                    occurrence, reachout, spec, rules, texts, accounts.ToDictionary(row => row.No), [.. ScopesOf(reachout, spec, rules).Union(textScopes.Values.SelectMany(keys => keys))])
                {
                    Epoch = epoch,
                    TextScopes = textScopes,
                    Highest = accounts.ToDictionary(account => account.No, account => MessageCost.Highest(composer, texts, spec, account, SampleLink(account, rules))),
                    HasBudget = (await MessageBudgets.LeftAsync(db, occurrenceId, token)).Any(bucket => bucket.Left is not null),
                };
            },
            cancellationToken);

    private Uri SampleLink(ChannelAccount account, SendRules rules) => links.For(new UnsubscribeTarget(0, 0, account.Kind, rules.Purpose));

    /// <summary>Every switch that can stop messages of a reach-out. A lease locks their rows, so they must be there before it.</summary>
    public static IReadOnlyList<string> ScopesOf(Reachout reachout, ReachoutSpec spec, SendRules rules) =>
    [
        ControlScope.All.Key,
        ControlScope.Campaign(reachout.CampaignId).Key,
        ControlScope.Reachout(reachout.Id).Key,
        .. spec.Brief.Audience.SegmentId is { } segment ? [ControlScope.Segment(segment).Key] : Array.Empty<string>(),
        .. spec.Phase.Texts.Select(text => ControlScope.Text(TextHash(text)).Key).Distinct(),
        .. rules.Routes.Select(route => ControlScope.Channel(ChannelNames.Of(route.Kind)).Key),
        .. rules.Routes.Where(route => route.Account is not null).Select(route => ControlScope.Account(route.Account!.No).Key),
    ];

    /// <summary>The content hash that holds name a text by.</summary>
    public static string TextHash(MessageText text) => CanonicalJson.Hash(CanonicalJson.Write(text))[..32];
}
