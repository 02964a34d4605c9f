using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

public sealed record HoldRequest(string Scope, string Reason);

public sealed record ReachoutView(Guid Id, Guid CampaignId, string Phase, string Name, DateTimeOffset Due, DateTimeOffset LatestAt, ReachoutState State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<LedgerCount> Counts);

public sealed record IssueView(string MessageId, int Attempt, int AccountNo, MessageState State, SkipReason Reason, string? Code, string? Text, DateTimeOffset At);

internal static class ReachoutEndpoints
{
    private const int IssueLimit = 200;

    extension(RouteGroupBuilder api)
    {
        public void MapReachouts()
        {
            var campaign = api.MapGroup("/campaigns/{id:guid}");
            campaign.MapGet("/reachouts", ListAsync).RequireRole().WithName("ListReachouts");
            campaign.MapGet("/ledger", async (Guid id, LedgerQueries queries, CancellationToken token) => await queries.CountsAsync(id, token)).RequireRole().WithName("GetLedgerCounts");
            campaign.MapGet("/ledger/issues", IssuesAsync).RequireRole(Role.Owner, Role.Platform, Role.Compliance, Role.Auditor, Role.Admin).WithName("ListLedgerIssues");
            campaign.MapGet("/why-not", async (Guid id, string customer, WhyNot why, Texts texts, CancellationToken token) => (await why.AskAsync(id, customer, token)).ToResult(texts))
                .RequireRole(Role.Owner, Role.BusinessHead, Role.Compliance, Role.ConsumerProtection, Role.Risk, Role.Platform, Role.Auditor).WithName("WhyNot");
            campaign.MapGet("/sending", async (Guid id, ReachoutControls controls, CancellationToken token) => await controls.WaitAsync(ControlScope.Campaign(id), TimeSpan.Zero, token)).RequireRole().WithName("GetSending");
            campaign.MapPost("/sending/stop", StopAsync).RequireRole(Role.Owner, Role.BusinessHead, Role.Platform).WithName("StopSending");

            campaign.MapPost("/sending/reminder", async (Guid id, StaffReminders reminders, Actor actor, Texts texts, CancellationToken token) => (await reminders.RemindAsync(id, actor, token)).ToResult(texts))
                .RequireRole(Role.Owner, Role.BusinessHead, Role.Platform).WithName("RemindStaff");
            campaign.MapGet("/sending/staff-tasks", async (Guid id, StaffTasks tasks, CancellationToken token) => await tasks.ListAsync(id, token)).RequireRole().WithName("ListStaffTasks");
            campaign.MapPost("/sending/staff-tasks/query", async (Guid id, StaffTasks tasks, Actor actor, Texts texts, CancellationToken token) => (await tasks.AskAsync(id, actor, token)).ToResult(texts))
                .RequireRole(Role.Owner, Role.BusinessHead, Role.Platform).WithName("QueryStaffTasks");

            campaign.MapQuestions();
            campaign.MapExperiments();

            var holds = api.MapGroup("/holds");
            holds.MapGet("", async (ReachoutControls controls, CancellationToken token) => await controls.ListAsync(token)).RequireRole().WithName("ListHolds");
            holds.MapPost("", async (HoldRequest body, ReachoutControls controls, Actor actor, Texts texts, CancellationToken token) =>
                Barrier(await controls.HoldAsync(new ControlScope(body.Scope ?? ""), body.Reason, actor, token), texts)).RequireRole(Role.Stoppers).WithName("HoldSending");
            holds.MapPost("/lift", async (HoldRequest body, ReachoutControls controls, Actor actor, Texts texts, CancellationToken token) =>
                (await controls.LiftAsync(new ControlScope(body.Scope ?? ""), body.Reason, actor, token)).ToNoContent(texts)).RequireRole(Role.Stoppers).WithName("LiftHold");
            api.MapLedger();
            api.MapLedgerMonths();
            api.MapChannelAccounts();
            api.MapCallbacks();
            api.MapReplies();
        }
    }

    /// <summary>200 when nothing is in flight any more, else 202 with the count that still is.</summary>
    private static IResult Barrier(Outcome<BarrierResult> outcome, Texts texts) =>
        outcome.ToResult(texts, result => result.IsComplete ? TypedResults.Ok(result) : TypedResults.Accepted((string?)null, result));

    private static async Task<IResult> ListAsync(Guid id, LedgerQueries queries, CancellationToken cancellationToken)
    {
        var counts = (await queries.CountsAsync(id, cancellationToken)).ToLookup(count => count.ReachoutId);
        return TypedResults.Ok((await queries.ReachoutsAsync(id, cancellationToken)).Select(row =>
            new ReachoutView(row.Id, row.CampaignId, row.Phase, row.Name, row.Due, row.LatestAt, row.State, row.StartedAt, row.EndedAt, [.. counts[row.Id]])));
    }

    private static async Task<IResult> IssuesAsync(Guid id, MessageState? state, Database database, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (db, token) => (
                from issue in db.MessageIssues
                join occurrence in db.Occurrences on issue.OccurrenceId equals occurrence.Id
                where occurrence.CampaignId == id && (state == null || issue.State == state)
                orderby issue.At descending
                select issue).Take(IssueLimit).ToListAsync(token),
            cancellationToken);
        return TypedResults.Ok(rows.Select(row => new IssueView(
            new MessageId(row.OccurrenceId, row.CustomerNo, row.Step).ToString(), row.Attempt, row.AccountNo, row.State, row.Reason, row.Code, row.Text, DateTimeOffset.FromUnixTimeMilliseconds(row.At))));
    }

    private static async Task<IResult> StopAsync(Guid id, ReasonRequest body, Database database, ReachoutControls controls, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(body.Reason))
            return Refusal.Invalid(new FieldProblem("reason", "field.required")).ToProblem(texts);
        var campaign = await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken);
        if (campaign is null)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        if (campaign.Owner != actor.UserName && !actor.IsAny(Role.BusinessHead, Role.Platform))
            return Refusal.Forbidden(texts["error.not-your-campaign"]).ToProblem(texts);
        return Barrier(await controls.StopAsync(id, body.Reason, actor, cancellationToken), texts);
    }
}
