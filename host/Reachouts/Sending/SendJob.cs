using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
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

    /// <summary>Some of its channels may go through an account where many share a call and its text.</summary>
    public bool SharesText => Accounts.Values.Any(account => account.SharesText && Spec.Phase.AllChannels().Contains(ChannelNames.Of(account.Kind)));

    /// <summary>Epoch of the switch <c>all</c> when this was read: once it has gone up, nothing more is sent from this job.</summary>
    public long Epoch { get; init; }

    /// <summary>Those of <see cref="Scopes"/> that close all of its messages.</summary>
    public IReadOnlyList<string> WholeScopes { get; } = [.. Scopes.Where(scope => !new ControlScope(scope).IsPartial)];

    public StepPlan PlanOf(short step, short variant) => Plans[(step, step == 0 ? variant : (short)0)];

    public StepPlan PlanOf(LeaseRow row) => PlanOf(row.Due.Step, row.Variant);

    /// <summary>The variant that a customer's first message has: the one it was given, else the winner, else the one drawn by hash; 0 without an experiment.</summary>
    public short VariantOf(DueRow due, string customer) =>
        Spec.Phase.Experiment is not { } experiment || due.Step > 0 ? (short)0
        : due.Variant > 0 && due.Variant <= experiment.Variants.Count ? due.Variant
        : Winner > 0 ? Winner
        : Assignment.VariantOf(experiment, Reachout.CampaignId, customer);

    /// <summary>Numbers of the messages that the same switches close.</summary>
    public required SwitchedParts Parts { get; init; }

    /// <summary>Values of each account's texts that are the same for everybody.</summary>
    public ConcurrentDictionary<(int AccountNo, MessageTexts Texts, CompiledTemplate Template), Dictionary<string, object?>> Shared { get; } = new();

    /// <summary>What is read of each customer.</summary>
    public required CandidateNeeds Needs { get; init; }

    public CapRule Caps => new(Purpose, Rules.Caps);

    public short Purpose => (short)Rules.Purpose;
}

/// <summary>What one step or variant of a phase sends.</summary>
/// <param name="Highest">Account number to the most that a message through it can cost.</param>
internal sealed record StepPlan(Phase Phase, SendRules Rules, MessageTexts Texts, IReadOnlyDictionary<int, long> Highest)
{
    /// <summary>The switches that close the text of a channel and language.</summary>
    public required IReadOnlyDictionary<(ChannelKind Kind, string Language), IReadOnlyList<string>> TextScopes { get; init; }

    /// <summary>Numbers of the job that this belongs to.</summary>
    public required SwitchedParts Parts { private get; init; }

    private readonly ConcurrentDictionary<(ChannelKind Kind, int AccountNo, string Language), short> numbers = new();

    /// <summary>The number of the messages through an account to customers of a language: those that the same switches close.</summary>
    public short PartOf(ChannelKind kind, int accountNo, string language) => numbers.GetOrAdd((kind, accountNo, language), key =>
    {
        var written = Texts.Find(key.Kind, key.Language)?.Template.Language ?? "";
        return Parts.Of([ControlScope.Channel(ChannelNames.Of(key.Kind)).Key, ControlScope.Account(key.AccountNo).Key, .. TextScopes.GetValueOrDefault((key.Kind, written)) ?? []]);
    });
}

/// <summary>Reads send jobs.</summary>
internal sealed class SendJobs(Database database, TemplateRenderer renderer, MessageComposer composer, UnsubscribeLinks links, ControlWatch controls, GlobalHoldouts holdouts, HouseRuleReader houseRules, OrchestratorOptions options)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly TimeZoneInfo companyZone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);
    private readonly ConcurrentDictionary<long, (SendJob Job, long At)> recent = new();

    /// <summary>
    /// The same, perhaps read a second ago: for senders, whose leases hold every row against the switches and the approval as they are then. Never
    /// where a winner may have been chosen meanwhile.
    /// </summary>
    public async Task<SendJob?> RecentAsync(long occurrenceId, CancellationToken cancellationToken)
    {
        if (recent.TryGetValue(occurrenceId, out var known) && known.Job.Spec.Phase.Experiment is null && Stopwatch.GetElapsedTime(known.At) < Fresh && !controls.IsStale(known.Job.Epoch))
            return known.Job;
        foreach (var (old, entry) in recent)
        {
            if (Stopwatch.GetElapsedTime(entry.At) > Fresh)
                recent.TryRemove(old, out _);
        }
        var at = Stopwatch.GetTimestamp();
        var job = await FindAsync(occurrenceId, cancellationToken);
        if (job is not null)
            recent[occurrenceId] = (job, at);
        return job;
    }

    /// <summary>What was read a second ago is known to be out of date.</summary>
    public void Forget(long occurrenceId) => recent.TryRemove(occurrenceId, out _);

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
                var parts = new SwitchedParts();
                var plans = await PlansAsync(db, reachout.CampaignId, spec, routes, accounts, parts, token);
                var winner = await db.ExperimentDecisions.Where(row => row.ReachoutId == reachout.Id).Select(row => (short?)row.Winner).SingleOrDefaultAsync(token);
                return new SendJob(
                    occurrence, reachout, spec, plans[(0, 0)].Rules, plans[(0, 0)].Texts, accounts.ToDictionary(row => row.No), [.. ScopesOf(reachout, spec, routes).Union(plans.Values.SelectMany(plan => plan.TextScopes.Values).SelectMany(keys => keys))])
                {
                    Epoch = epoch,
                    Plans = plans,
                    Parts = parts,
                    Needs = new CandidateNeeds([.. plans.Values.Select(plan => plan.Rules)]),
                    Winner = winner ?? 0,
                    HasBudget = (await MessageBudgets.LeftAsync(db, occurrenceId, token)).Any(bucket => bucket.Left is not null),
                };
            },
            cancellationToken);

    private async Task<Dictionary<(short, short), StepPlan>> PlansAsync(OrchestratorDb db, Guid campaignId, ReachoutSpec spec, ILookup<ChannelKind, RouteAccount> routes, IReadOnlyList<ChannelAccount> accounts, SwitchedParts parts, CancellationToken cancellationToken)
    {
        var variants = spec.Phase.Experiment?.Variants ?? [];
        var heldOut = await holdouts.OfAsync(db, campaignId, cancellationToken);
        var house = await houseRules.ReadAsync(db, cancellationToken);
        async Task<StepPlan> PlanAsync(Phase phase, string? offer)
        {
            var rules = house.Over(SendRules.For(spec.Brief, phase, routes, companyZone)) with { GlobalHoldout = heldOut };
            var texts = new MessageTexts(renderer, spec.Brief, phase) { Offer = offer };
            return new StepPlan(phase, rules, texts, accounts.ToDictionary(account => account.No, account => MessageCost.Highest(composer, texts, spec, account, SampleLink(account, rules))))
            {
                TextScopes = await TextScopes.ReadAsync(db, phase, cancellationToken),
                Parts = parts,
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
    public static IReadOnlyList<string> ScopesOf(Reachout reachout, ReachoutSpec spec, ILookup<ChannelKind, RouteAccount> accounts)
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
            .. kinds.SelectMany(kind => accounts[kind]).Select(account => ControlScope.Account(account.No).Key),
        ];
    }

    /// <summary>The content hash that holds name a text by.</summary>
    public static string TextHash(MessageText text) => CanonicalJson.Hash(CanonicalJson.Write(text))[..32];
}
