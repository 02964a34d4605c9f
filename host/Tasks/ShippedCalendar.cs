using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Tasks;

/// <summary>Fills an empty calendar with the days in the box (<c>holidays.json</c>). What people changed stays.</summary>
internal sealed class ShippedCalendar(Database database) : IStartupStep
{
    public int Order => 90;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                if (!await tx.Db.CalendarDays.AnyAsync(token))
                    tx.Db.AddRange(Shipped());
            },
            cancellationToken);

    private static IEnumerable<CalendarDay> Shipped()
    {
        using var stream = typeof(ShippedCalendar).Assembly.GetManifestResourceStream("Calendar/holidays.json")!;
        foreach (var entry in JsonSerializer.Deserialize<List<Entry>>(stream, Web.JsonDefaults.Options)!)
        {
            var first = Day(entry.From);
            for (var day = first; day <= Day(entry.To ?? entry.From); day = day.AddDays(1))
                yield return new CalendarDay { Date = day, IsWorkingDay = entry.Working, NameZh = entry.Zh, NameEn = entry.En };
        }
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Entry(string From, string? To, bool Working, string Zh, string En);
}
