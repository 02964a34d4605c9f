using System.Globalization;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tasks;

/// <summary>
/// Public holidays and make-up working days. Ships the mainland calendar of 2026, and for 2027 the statutory days as far as they are known;
/// an administrator enters each year's official arrangement when it is announced.
/// </summary>
public sealed class CalendarDays(Database database, AuditChain audit)
{
    public const string Chain = "calendar";

    public Task<Outcome<Done>> SetAsync(string date, CalendarDayRequest request, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(date, async (tx, day, token) =>
        {
            var row = await tx.Db.CalendarDays.FindAsync([day], token);
            if (row is null)
                tx.Db.Add(new CalendarDay { Date = day, IsWorkingDay = request.IsWorkingDay, NameZh = request.NameZh, NameEn = request.NameEn });
            else
                (row.IsWorkingDay, row.NameZh, row.NameEn) = (request.IsWorkingDay, request.NameZh, request.NameEn);
            await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("calendar-day-set", date, request));
        }, cancellationToken);

    public Task<Outcome<Done>> RemoveAsync(string date, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(date, async (tx, day, token) =>
        {
            if (await tx.Db.CalendarDays.FindAsync([day], token) is not { } row)
                return;
            tx.Db.Remove(row);
            await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("calendar-day-removed", date));
        }, cancellationToken);

    private async Task<Outcome<Done>> ChangeAsync(string date, Func<WriteTransaction, DateOnly, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return Refusal.Invalid(new FieldProblem("date", "field.date-impossible", date));
        return await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                await change(tx, day, token);
                return Done.Value;
            },
            cancellationToken);
    }
}
