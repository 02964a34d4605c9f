using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tasks;

/// <param name="To">Stage or element.</param>
/// <param name="Redo">Every approval from there on is given again, also where nothing changed.</param>
public sealed record SendBackRequest(string To, string Reason, bool Redo = false);

public sealed record CalendarDayRequest(bool IsWorkingDay, string NameZh, string NameEn);

internal static class TaskEndpoints
{
    public static void MapTasks(this RouteGroupBuilder api)
    {
        var tasks = api.MapGroup("/tasks").RequireRole();
        tasks.MapGet("", ListAsync).WithName("ListTasks").WithDescription("view: mine (default), open, done.");
        tasks.MapGet("/counts", async (Inbox inbox, Actor actor, CancellationToken token) => await inbox.CountAsync(actor, token)).WithName("CountTasks");
        tasks.MapGet("/{id:guid}", GetAsync).WithName("GetTask");
        tasks.MapPost("/{id:guid}/claim", async (Guid id, TaskDesk desk, Actor actor, Texts texts, CancellationToken token) => (await desk.ClaimAsync(id, actor, token)).ToResult(texts)).WithName("ClaimTask");
        tasks.MapPost("/{id:guid}/release", async (Guid id, TaskDesk desk, Actor actor, Texts texts, CancellationToken token) => (await desk.ReleaseAsync(id, actor, token)).ToResult(texts)).WithName("ReleaseTask");
        tasks.MapPost("/{id:guid}/transfer", async (Guid id, TransferRequest body, TaskDesk desk, Actor actor, Texts texts, CancellationToken token) => (await desk.TransferAsync(id, body, actor, token)).ToResult(texts)).WithName("TransferTask");
        tasks.MapPost("/{id:guid}/completion", async (Guid id, CompletionRequest body, TaskDesk desk, Actor actor, Texts texts, CancellationToken token) => (await desk.CompleteAsync(id, body, actor, token)).ToResult(texts)).WithName("CompleteTask");
        tasks.MapGet("/{id:guid}/form", FormAsync).WithName("GetTaskForm");
        tasks.MapGet("/{id:guid}/customers", CustomersAsync).WithName("ListTaskCustomers").WithDescription("CSV of the customers that a manual channel's task is about, by the company's own ids.");
        api.MapPost("/campaigns/{id:guid}/send-back", async (Guid id, SendBackRequest body, TaskDesk desk, Actor actor, Texts texts, CancellationToken token) =>
            (await desk.SendBackAsync(id, body.To, body.Reason, body.Redo, actor, token)).ToNoContent(texts)).RequireRole(Role.BusinessHead, Role.ProcessAdmin).WithName("SendBackCampaign");

        var days = api.MapGroup("/calendar-days");
        days.MapGet("", async (Database database, CancellationToken token) => await database.ReadAsync((db, inner) => db.CalendarDays.OrderBy(day => day.Date).ToListAsync(inner), token)).RequireRole().WithName("ListCalendarDays");
        days.MapPut("/{date}", async (string date, CalendarDayRequest body, CalendarDays calendar, Actor actor, Texts texts, CancellationToken token) => (await calendar.SetAsync(date, body, actor, token)).ToNoContent(texts)).RequireRole(Role.ProcessAdmin, Role.Admin).WithName("SetCalendarDay");
        days.MapDelete("/{date}", async (string date, CalendarDays calendar, Actor actor, Texts texts, CancellationToken token) => (await calendar.RemoveAsync(date, actor, token)).ToNoContent(texts)).RequireRole(Role.ProcessAdmin, Role.Admin).WithName("RemoveCalendarDay");
    }

    private static async Task<IReadOnlyList<TaskView>> ListAsync(string? view, Inbox inbox, Actor actor, CancellationToken cancellationToken) => view switch
    {
        "open" => await inbox.OpenAsync(actor, cancellationToken),
        "done" => await inbox.DoneAsync(actor, cancellationToken),
        _ => await inbox.MineAsync(actor, cancellationToken),
    };

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, Inbox inbox, Texts texts, CancellationToken cancellationToken)
    {
        if (await inbox.FindAsync(id, cancellationToken) is not { } task)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        http.SetETag(task.Version);
        return TypedResults.Ok(task);
    }

    private static async Task<IResult> CustomersAsync(Guid id, Database database, ExportRecord record, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((db, token) => Reachouts.ManualTasks.CustomersAsync(db, id, actor, token), cancellationToken) is not var (campaign, csv, rows))
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        await record.WriteAsync(AuditChain.ForCampaign(campaign), "task-customers", new { task = id }, rows, actor, cancellationToken);
        return TypedResults.Text(csv, "text/csv; charset=utf-8");
    }

    private static async Task<IResult> FormAsync(Guid id, TaskForms forms, Texts texts, CancellationToken cancellationToken) =>
        await forms.ForTaskAsync(id, cancellationToken) is { } form ? TypedResults.Ok(form) : Refusal.NotFound(id.ToString()).ToProblem(texts);
}
