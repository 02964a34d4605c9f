using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Why a customer did or didn't get a message of one phase.</summary>
/// <param name="Phase">Key of the phase.</param>
/// <param name="Membership">treated, holdout or none.</param>
/// <param name="State">Where the message stands; null if there is none yet.</param>
/// <param name="Reason">Why it was skipped, put off or failed.</param>
/// <param name="Now">What the send checks would say at this moment: send, skip or defer, with the reason.</param>
public sealed record WhyNotLine(string Phase, string Membership, MessageState? State, SkipReason? Reason, string? Channel, int Attempts, DateTimeOffset? ChangedAt, DateTimeOffset? NotBefore, string Now, SkipReason NowReason, IReadOnlyList<string> Evidence);

/// <summary>Answers "why did or didn't they get it" for one customer and campaign.</summary>
public sealed class WhyNot
{
    private readonly Database database;
    private readonly CustomerFeed feed;
    private readonly SendChecks checks;
    private readonly SendJobs jobs;
    private readonly BusinessClock clock;

    internal WhyNot(Database database, CustomerFeed feed, SendChecks checks, SendJobs jobs, BusinessClock clock) =>
        (this.database, this.feed, this.checks, this.jobs, this.clock) = (database, feed, checks, jobs, clock);

    public async Task<Outcome<List<WhyNotLine>>> AskAsync(Guid campaignId, string customer, CancellationToken cancellationToken)
    {
        var (number, member, occurrences) = await database.ReadAsync(
            async (db, token) =>
            {
                var no = await db.Customers.Where(row => row.ExternalId == customer).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(token);
                var membership = await db.AudienceMembers.SingleOrDefaultAsync(row => row.CampaignId == campaignId && row.CustomerNo == no, token);
                return (no, membership, await db.Occurrences.Where(row => row.CampaignId == campaignId).OrderBy(row => row.Due).Select(row => row.Id).ToListAsync(token));
            },
            cancellationToken);
        if (number is not { } known)
            return Refusal.NotFound(customer);
        var lines = new List<WhyNotLine>();
        foreach (var occurrence in occurrences)
            lines.Add(await LineAsync(occurrence, known, member, cancellationToken));
        return lines;
    }

    private async Task<WhyNotLine> LineAsync(long occurrenceId, long customerNo, AudienceMember? member, CancellationToken cancellationToken)
    {
        var job = (await jobs.FindAsync(occurrenceId, cancellationToken))!;
        var (message, evidence, candidate) = await database.ReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                var customers = await feed.ReadAsync(db.Database.GetDbConnection(), null, [customerNo], token);
                var converted = await Monitoring.CampaignEvents.ConvertedAsync(db, job.Reachout.CampaignId, [customerNo], token);
                return (
                    await db.Messages.FirstOrDefaultAsync(row => row.OccurrenceId == occurrenceId && row.CustomerNo == customerNo, token),
                    await db.MessageIssues.Where(row => row.OccurrenceId == occurrenceId && row.CustomerNo == customerNo).OrderBy(row => row.Attempt).Select(row => row.Attempt + ": " + row.Code + " " + row.Text).ToListAsync(token),
                    CandidateReader.Read(customers[0], facts: new Dictionary<string, object?> { ["converted"] = converted.Contains(customerNo) }));
            },
            cancellationToken);
        var (now, reason) = checks.Decide(job.Rules, candidate, clock.GetUtcNow()) switch
        {
            SendVerdict.Send => ("send", SkipReason.None),
            SendVerdict.Defer defer => ("defer", defer.Reason),
            SendVerdict.Skip skip => ("skip", skip.Reason),
            _ => ("skip", SkipReason.None),
        };
        return new WhyNotLine(
            job.Reachout.Phase, member?.Arm switch { Arm.Treated => "treated", Arm.Holdout => "holdout", _ => "none" },
            message?.State, message?.Reason, message is null ? null : LedgerChannel.Name(message.Channel), message?.Attempt ?? 0,
            message is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(message.ChangedAt), message is { DueAt: > 0 } ? DateTimeOffset.FromUnixTimeMilliseconds(message.DueAt) : null, now, reason, evidence);
    }
}
