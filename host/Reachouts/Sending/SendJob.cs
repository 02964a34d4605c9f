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
    /// <summary>What is sent per step and variant; a step after the first has no variants.</summary>
    public required IReadOnlyDictionary<(short Step, short Variant), StepPlan> Plans { get; init; }

    /// <summary>The variant that was chosen for everybody who has none yet; 0: none was chosen.</summary>
    public short Winner { get; init; }

    /// <summary>Some bucket that pays for these messages has a limit.</summary>
    public required bool HasBudget { get; init; }

    /// <summary>Epoch of the switch <c>all</c> when this was read: once it has gone up, nothing more is sent from this job.</summary>
    public long Epoch { get; init; }

    /// <summary>Those of <see cref="Scopes"/> that close all of its messages.</summary>
    public IEnumerable<string> WholeScopes => Scopes.Where(scope => !new ControlScope(scope).IsPartial);

    /// <summary>Whether a message in a customer's language is closed: its channel, its account or its text.</summary>
    public bool IsClosed(LeaseRow row, string language, HashSet<string> closed)
    {
        var kind = LedgerChannel.Kind(row.Channel)!.Value;
        var plan = PlanOf(row);
        return closed.Contains(ControlScope.Channel(ChannelNames.Of(kind)).Key) || closed.Contains(ControlScope.Account(row.AccountNo).Key)
            || (plan.Texts.Find(kind, language) is { } text && plan.TextScopes.GetValueOrDefault((kind, text.Template.Language)) is { } keys && keys.Any(closed.Contains));
    }

    public StepPlan PlanOf(short step, short variant) => Plans[(step, step == 0 ? variant : (short)0)];

    public StepPlan PlanOf(LeaseRow row) => PlanOf(row.Due.Step, row.Variant);

    /// <summary>The variant that a customer's first message has: the one it was given, else the winner, else the one drawn by hash; 0 without an experiment.</summary>
    public short VariantOf(DueRow due, string customer) =>
        Spec.Phase.Experiment is not { } experiment || due.Step > 0 ? (short)0
        : due.Variant > 0 && due.Variant <= experiment.Variants.Count ? due.Variant
        : Winner > 0 ? Winner
        : Assignment.VariantOf(experiment, Reachout.CampaignId, customer);

    public CapRule Caps => new(Purpose, Rules.PerDay, Rules.Per30Days);

    public short Purpose => (short)Rules.Purpose;
}

/// <summary>What one step or variant of a phase sends.</summary>
/// <param name="Highest">Account number to the most that a message through it can cost.</param>
internal sealed record StepPlan(Phase Phase, SendRules Rules, MessageTexts Texts, IReadOnlyDictionary<int, long> Highest)
{
    /// <summary>The switches that close the text of a channel and language.</summary>
    public required IReadOnlyDictionary<(ChannelKind Kind, string Language), IReadOnlyList<string>> TextScopes { get; init; }
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
                var routes = await ChannelAccounts.RoutesAsync(db, token);
                var plans = await PlansAsync(db, spec, routes, accounts, token);
                var winner = await db.ExperimentDecisions.Where(row => row.ReachoutId == reachout.Id).Select(row => (short?)row.Winner).SingleOrDefaultAsync(token);
                return new SendJob(
                    occurrence, reachout, spec, plans[(0, 0)].Rules, plans[(0, 0)].Texts, accounts.ToDictionary(row => row.No), [.. ScopesOf(reachout, spec, routes).Union(plans.Values.SelectMany(plan => plan.TextScopes.Values).SelectMany(keys => keys))])
                {
                    Epoch = epoch,
                    Plans = plans,
                    Winner = winner ?? 0,
                    HasBudget = (await MessageBudgets.LeftAsync(db, occurrenceId, token)).Any(bucket => bucket.Left is not null),
                };
            },
            cancellationToken);

    private async Task<Dictionary<(short, short), StepPlan>> PlansAsync(OrchestratorDb db, ReachoutSpec spec, IReadOnlyDictionary<ChannelKind, RouteAccount> routes, IReadOnlyList<ChannelAccount> accounts, CancellationToken cancellationToken)
    {
        var variants = spec.Phase.Experiment?.Variants ?? [];
        async Task<StepPlan> PlanAsync(Phase phase, string? offer)
        {
            var rules = SendRules.For(spec.Brief, phase, routes, companyZone);
            var texts = new MessageTexts(renderer, spec.Brief, phase) { Offer = offer };
            return new StepPlan(phase, rules, texts, accounts.ToDictionary(account => account.No, account => MessageCost.Highest(composer, texts, spec, account, SampleLink(account, rules))))
            {
                TextScopes = await TextScopes.ReadAsync(db, phase, cancellationToken),
            };
        }
        var plans = new Dictionary<(short, short), StepPlan> { [(0, 0)] = await PlanAsync(spec.Phase, variants.Count > 0 ? variants[0].Offer : null) };
        for (var i = 1; i <= variants.Count; i++)
            plans[(0, (short)i)] = await PlanAsync(spec.Phase.At(0, i), variants[i - 1].Offer);
        for (var i = 1; i <= spec.Phase.Steps.Count; i++)
            plans[((short)i, 0)] = await PlanAsync(spec.Phase.At(i, 0), null);
        return plans;
    }

    private Uri SampleLink(ChannelAccount account, SendRules rules) => links.For(new UnsubscribeTarget(0, 0, account.Kind, rules.Purpose));

    /// <summary>Every switch that can stop messages of a reach-out. A lease locks their rows, so they must be there before it.</summary>
    public static IReadOnlyList<string> ScopesOf(Reachout reachout, ReachoutSpec spec, IReadOnlyDictionary<ChannelKind, RouteAccount> accounts)
    {
        var kinds = spec.Phase.AllChannels().Select(ChannelNames.Parse).Distinct().ToList();
        return
        [
            ControlScope.All.Key,
            ControlScope.Campaign(reachout.CampaignId).Key,
            ControlScope.Reachout(reachout.Id).Key,
            .. spec.Brief.Audience.SegmentId is { } segment ? [ControlScope.Segment(segment).Key] : Array.Empty<string>(),
            .. spec.Phase.AllTexts().Select(text => ControlScope.Text(TextHash(text)).Key).Distinct(),
            .. kinds.Select(kind => ControlScope.Channel(ChannelNames.Of(kind)).Key),
            .. kinds.Where(accounts.ContainsKey).Select(kind => ControlScope.Account(accounts[kind].No).Key),
        ];
    }

    /// <summary>The content hash that holds name a text by.</summary>
    public static string TextHash(MessageText text) => CanonicalJson.Hash(CanonicalJson.Write(text))[..32];
}
