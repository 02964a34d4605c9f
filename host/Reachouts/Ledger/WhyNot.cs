using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Why a customer did or didn't get a message of one phase.</summary>
/// <param name="Phase">Key of the phase.</param>
/// <param name="Membership">treated, holdout, global-holdout or none; dropped: nobody can say any more, the audience went with the campaign's last month.</param>
/// <param name="State">Where the message stands; null if there is none yet.</param>
/// <param name="Reason">Why it was skipped, put off or failed.</param>
/// <param name="Now">What the send checks would say at this moment: send, skip or defer, with the reason.</param>
public sealed record WhyNotLine(string Phase, string Membership, MessageState? State, SkipReason? Reason, string? Channel, int Attempts, DateTimeOffset? ChangedAt, DateTimeOffset? NotBefore, string Now, SkipReason NowReason, IReadOnlyList<string> Evidence)
{
    /// <summary>The message's id; null if there is none yet.</summary>
    public string? MessageId { get; init; }
    public short Step { get; init; }

    /// <summary>Number of the experiment's variant, from 1; 0: none.</summary>
    public short Variant { get; init; }
    public DateTimeOffset Due { get; init; }

    /// <summary>What every check would say now, whatever the others say.</summary>
    public IReadOnlyList<CheckVerdict> Checks { get; init; } = [];

    /// <summary>The message's month was dropped; null: it is there.</summary>
    public DroppedLine? Dropped { get; init; }
}

/// <summary>That the month of a message was dropped: what is shown of it was kept apart under a legal hold, or is nothing.</summary>
public sealed record DroppedLine(string Month, DateTimeOffset? At, string RequestedBy, string? ApprovedBy, string Reason, bool IsKeptApart);

/// <summary>One campaign in a customer's history.</summary>
public sealed record CustomerCampaign(Guid CampaignId, string Code, string Name, string Membership, IReadOnlyList<WhyNotLine> Messages);

/// <summary>Answers "why did or didn't they get it" for one customer: in one campaign, or over all.</summary>
public sealed class WhyNot
{
    public const int HistoryLimit = 50;
    private readonly Database database;
    private readonly CustomerFeed feed;
    private readonly SendChecks checks;
    private readonly SendJobs jobs;
    private readonly BusinessClock clock;

    internal WhyNot(Database database, CustomerFeed feed, SendChecks checks, SendJobs jobs, BusinessClock clock) =>
        (this.database, this.feed, this.checks, this.jobs, this.clock) = (database, feed, checks, jobs, clock);

    public async Task<Outcome<List<WhyNotLine>>> AskAsync(Guid campaignId, string customer, CancellationToken cancellationToken) =>
        await FindAsync(customer, cancellationToken) is { } known ? await LinesAsync(campaignId, known, cancellationToken) : Refusal.NotFound(customer);

    /// <summary>The campaigns in whose audience the customer was, newest first, with every message and what every check says now.</summary>
    public async Task<Outcome<List<CustomerCampaign>>> HistoryAsync(string customer, CancellationToken cancellationToken)
    {
        if (await FindAsync(customer, cancellationToken) is not { } known)
            return Refusal.NotFound(customer);
        var campaigns = await database.ReadAsync(
            (db, token) => (
                from member in db.AudienceMembers
                join campaign in db.Campaigns on member.CampaignId equals campaign.Id
                where member.CustomerNo == known
                orderby campaign.CreatedAt descending
                select new { campaign.Id, campaign.Code, campaign.Name, member.Arm }).Take(HistoryLimit).ToListAsync(token),
            cancellationToken);
        var history = new List<CustomerCampaign>(campaigns.Count);
        foreach (var campaign in campaigns)
            history.Add(new CustomerCampaign(campaign.Id, campaign.Code, campaign.Name, NameOf(campaign.Arm), await LinesAsync(campaign.Id, known, cancellationToken)));
        return history;
    }

    private Task<long?> FindAsync(string customer, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Customers.Where(row => row.ExternalId == customer).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(token), cancellationToken);

    private async Task<List<WhyNotLine>> LinesAsync(Guid campaignId, long customerNo, CancellationToken cancellationToken)
    {
        var (member, occurrences) = await database.ReadAsync(
            async (db, token) => (
                await db.AudienceMembers.SingleOrDefaultAsync(row => row.CampaignId == campaignId && row.CustomerNo == customerNo, token) is { } found ? NameOf(found.Arm)
                    : await db.DroppedAudiences.AnyAsync(row => row.CampaignId == campaignId, token) ? "dropped" : "none",
                await db.Occurrences.Where(row => row.CampaignId == campaignId).OrderBy(row => row.Due).Select(row => row.Id).ToListAsync(token)),
            cancellationToken);
        var lines = new List<WhyNotLine>();
        foreach (var occurrence in occurrences)
        {
            if (await jobs.FindAsync(occurrence, cancellationToken) is { } job)
                lines.AddRange(await LinesAsync(job, customerNo, member, cancellationToken));
        }
        return lines;
    }

    private async Task<IEnumerable<WhyNotLine>> LinesAsync(SendJob job, long customerNo, string member, CancellationToken cancellationToken)
    {
        var read = await database.ReadAsync((db, token) => ReadAsync(db, job, customerNo, token), cancellationToken);
        var messages = read.Messages.Count == 0 ? [null] : read.Messages.Select(message => (Message?)message);
        return [.. messages.Select(message => Line(job, member, message, read))];
    }

    private WhyNotLine Line(SendJob job, string member, Message? message, Found read)
    {
        var rules = job.PlanOf(message?.Step ?? 0, message is null ? (short)0 : Math.Min(message.Variant, (short)(job.Spec.Phase.Experiment?.Variants.Count ?? 0))).Rules;
        var time = clock.GetUtcNow();
        var (now, reason) = checks.Decide(rules, read.Candidate, time) switch
        {
            SendVerdict.Send => ("send", SkipReason.None),
            SendVerdict.Defer defer => ("defer", defer.Reason),
            SendVerdict.Skip skip => ("skip", skip.Reason),
            _ => ("skip", SkipReason.None),
        };
        return new WhyNotLine(
            job.Reachout.Phase, member,
            message?.State, message?.Reason, message is null ? null : LedgerChannel.Name(message.Channel), message?.Attempt ?? 0,
            message is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(message.ChangedAt), message is { DueAt: > 0 } ? DateTimeOffset.FromUnixTimeMilliseconds(message.DueAt) : null, now, reason,
            [.. read.Issues.Where(issue => issue.Step == (message?.Step ?? 0)).Select(issue => $"{issue.Attempt}: {issue.Code} {issue.Text}"), .. read.Held.Where(piece => StepOf(piece) is not { } step || step == (message?.Step ?? 0)).Select(Words)])
        {
            Dropped = read.Drop is not { } drop ? null
                : new DroppedLine(LedgerMonth.OfOccurrence(job.Occurrence.Id).ToString(), drop.DroppedAt ?? drop.ApprovedAt, drop.RequestedBy, drop.ApprovedBy, drop.Reason, message is not null),
            MessageId = message is null ? null : new MessageId(message.OccurrenceId, message.CustomerNo, message.Step).ToString(),
            Step = message?.Step ?? 0,
            Variant = message?.Variant ?? 0,
            Due = job.Occurrence.Due,
            Checks = [.. checks.Explain(rules, read.Candidate, time), .. OfLedger(job, read, message, time)],
        };
    }

    /// <summary>Null: it is of all steps.</summary>
    private static short? StepOf(HeldEvidence piece) => piece.Kind switch
    {
        EvidenceKind.Address => null,
        EvidenceKind.Sandbox => EchoId.TryParse(piece.Ref, out var id, out _) ? MessageId.TryParse(id)?.Step : null,
        _ => piece.Step,
    };

    private static string Words(HeldEvidence piece) => piece.Kind switch
    {
        EvidenceKind.Click => $"click {DateTimeOffset.FromUnixTimeMilliseconds(piece.At):O} {(ClickVerdict)short.Parse(piece.Code!, CultureInfo.InvariantCulture)}",
        EvidenceKind.Sandbox => $"{piece.Ref} {piece.Code}: {piece.Text}",
        EvidenceKind.Attempt => $"{piece.Attempt}: {piece.Code} {piece.Text}",
        EvidenceKind.ProviderRef => $"{piece.Attempt}: {piece.Ref}",
        EvidenceKind.Link => $"{piece.Text} ({piece.Code})",
        _ => $"{char.ToLowerInvariant(piece.Kind.ToString()[0])}{piece.Kind.ToString()[1..]}: {piece.Ref}",
    };

    /// <summary>Over all channels, and for each channel that has a limit of its own.</summary>
    private static IEnumerable<CheckVerdict> OfCaps(SendRules rules, IReadOnlyList<CapDay> days, int today)
    {
        CheckVerdict Of(string? channel, Func<CapDay, int> used, int? perDay, Func<CapWindow, int?> limitOf)
        {
            var day = days.Where(cap => cap.Day == today).Sum(used);
            var counts = rules.Caps.Windows.Where(window => limitOf(window) is not null)
                .Select(window => (window.Words, Limit: limitOf(window), Used: days.Where(cap => cap.Day >= window.Since(today)).Sum(used))).Prepend(("today", perDay, day)).ToList();
            var words = string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Item3}/{count.Item2?.ToString(CultureInfo.InvariantCulture) ?? "-"} {count.Item1}")));
            return CheckVerdict.Of("frequencyCap", counts.Any(count => count.Item3 >= count.Item2) ? SkipReason.FrequencyCap : null, channel, words);
        }
        yield return Of(null, cap => cap.Used, rules.Caps.PerDay, window => window.Limit);
        foreach (var kind in rules.Routes.Select(route => route.Kind))
        {
            var channel = LedgerChannel.Of(kind);
            var perDay = rules.Caps.ChannelPerDay.LimitOf(channel);
            if (perDay is not null || rules.Caps.Windows.Any(window => window.Channels.LimitOf(channel) is not null))
                yield return Of(ChannelNames.Of(kind), cap => new ChannelBytes(cap.ByChannel).Of(channel), perDay, window => window.Channels.LimitOf(channel));
        }
    }

    /// <summary>The checks that look at the ledger, its switches and its money.</summary>
    private IEnumerable<CheckVerdict> OfLedger(SendJob job, Found read, Message? message, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, checks.Zone(job.Rules, read.Candidate.TimeZone)).DateTime).DayNumber;
        foreach (var verdict in OfCaps(job.Rules, [.. read.Caps.Where(cap => cap.Day <= today)], today))
            yield return verdict;
        yield return CheckVerdict.Of("address", read.IsAddressTaken ? SkipReason.DuplicateAddress : null);
        foreach (var bucket in read.Budgets.Where(bucket => bucket.Left is not null))
            yield return CheckVerdict.Of("budget", bucket.Left <= 0 ? SkipReason.Budget : null, LedgerChannel.Name(bucket.Channel), $"{bucket.Name}: {bucket.Left / 1_000_000m:0.##}");
        yield return CheckVerdict.Of("switches", read.Closed.Count > 0 ? SkipReason.Stopped : null, null, read.Closed.Count > 0 ? string.Join(", ", read.Closed) : null);
        yield return CheckVerdict.Of("package", read.IsApproved ? null : SkipReason.Stopped, null, read.IsApproved ? null : "not running on the approved package");
        var latest = message is { LatestMinute: > 0 } ? DateTimeOffset.UnixEpoch.AddMinutes(message.LatestMinute) : job.Occurrence.LatestAt;
        yield return CheckVerdict.Of("time", now > latest ? SkipReason.TooLate : null, null, $"{job.Occurrence.Due:O} – {latest:O}");
    }

    private async Task<Found> ReadAsync(OrchestratorDb db, SendJob job, long customerNo, CancellationToken cancellationToken)
    {
        var occurrence = job.Occurrence.Id;
        await db.Database.OpenConnectionAsync(cancellationToken);
        var customer = (await feed.ReadAsync(db.Database.GetDbConnection(), null, [customerNo], cancellationToken))[0];
        var converted = await Monitoring.CampaignEvents.ConvertedAsync(db, job.Reachout.CampaignId, [customerNo], cancellationToken);
        var candidate = CandidateReader.Read(customer, facts: new Dictionary<string, object?> { ["converted"] = converted.Contains(customerNo) });
        var hashes = candidate.Channels.Select(channel => channel.AddressHash).ToList();
        var scopes = job.Scopes.ToList();
        var purpose = job.Purpose;
        var messages = await db.Messages.Where(row => row.OccurrenceId == occurrence && row.CustomerNo == customerNo).OrderBy(row => row.Step).ToListAsync(cancellationToken);
        var (drop, held) = messages.Count > 0 || job.Occurrence.Kept is null ? (null, []) : await KeptApartAsync(db, occurrence, customerNo, messages, cancellationToken);
        return new Found(
            candidate,
            messages,
            await db.MessageIssues.Where(row => row.OccurrenceId == occurrence && row.CustomerNo == customerNo).OrderBy(row => row.Attempt).ToListAsync(cancellationToken),
            await db.Set<CapDay>().Where(row => row.CustomerNo == customerNo && row.Purpose == purpose).ToListAsync(cancellationToken),
            await db.Set<SentAddress>().AnyAsync(row => row.OccurrenceId == occurrence && hashes.Contains(row.AddressHash) && row.CustomerNo != customerNo, cancellationToken),
            await MessageBudgets.LeftAsync(db, occurrence, cancellationToken),
            await db.SendControls.Where(row => scopes.Contains(row.Scope) && (row.HeldBy != null || row.PausedBy != null || row.StoppedBy != null)).Select(row => row.Scope).ToListAsync(cancellationToken),
            await db.Campaigns.AnyAsync(row => row.Id == job.Reachout.CampaignId && row.ApprovedHash == job.Reachout.PackageHash && row.Status == CampaignStatus.Running, cancellationToken))
        {
            Drop = drop,
            Held = held,
        };
    }

    /// <summary>Adds what was kept of a dropped month.</summary>
    private static async Task<(MonthDrop? Drop, IReadOnlyList<HeldEvidence> Evidence)> KeptApartAsync(OrchestratorDb db, long occurrence, long customerNo, List<Message> messages, CancellationToken cancellationToken)
    {
        messages.AddRange((await db.HeldMessages.Where(row => row.OccurrenceId == occurrence && row.CustomerNo == customerNo).OrderBy(row => row.Step).ToListAsync(cancellationToken)).Select(row => row.ToMessage()));
        var month = LedgerMonth.OfOccurrence(occurrence).Number;
        return (
            await db.MonthDrops.SingleOrDefaultAsync(row => row.Month == month, cancellationToken),
            await db.HeldEvidence.Where(row => row.OccurrenceId == occurrence && row.CustomerNo == customerNo).OrderBy(row => row.Attempt).ThenBy(row => row.Kind).ToListAsync(cancellationToken));
    }

    private static string NameOf(Arm arm) => arm switch { Arm.Treated => "treated", Arm.Holdout => "holdout", _ => "global-holdout" };

    private sealed record Found(
        Candidate Candidate, IReadOnlyList<Message> Messages, IReadOnlyList<MessageIssue> Issues, IReadOnlyList<CapDay> Caps, bool IsAddressTaken, IReadOnlyList<BudgetLeft> Budgets,
        IReadOnlyList<string> Closed, bool IsApproved)
    {
        public MonthDrop? Drop { get; init; }
        public IReadOnlyList<HeldEvidence> Held { get; init; } = [];
    }
}
