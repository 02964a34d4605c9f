using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>What the interpreter needs for a run, kept compiled per version and pins. Thread-safe.</summary>
internal sealed class RunDefinitions(DefinitionLibrary library, WorkingCalendars calendars, TimeProvider clock)
{
    private static readonly TimeSpan CalendarAge = TimeSpan.FromSeconds(10);
    private static readonly JsonElement NoFacts = JsonDocument.Parse("{}").RootElement;
    private readonly ConcurrentDictionary<(Guid Definition, string Pins), PinnedDefinitions> pinned = new();
    private (IWorkingCalendar Calendar, long At)? calendar;

    public async Task<(PinnedDefinitions Definitions, InterpreterSettings Settings)> ForAsync(OrchestratorDb db, Guid definitionId, string pins, CancellationToken cancellationToken)
    {
        if (!pinned.TryGetValue((definitionId, pins), out var found))
        {
            var sop = await library.SopAsync(db, definitionId, cancellationToken);
            var models = new List<DmnModel>();
            foreach (var id in JsonSerializer.Deserialize<Dictionary<string, Guid>>(pins)!.Values)
                models.Add(await library.DecisionAsync(db, id, cancellationToken));
            found = pinned.GetOrAdd((definitionId, pins), new PinnedDefinitions(sop, models, NoFacts));
        }
        return (found, new InterpreterSettings(found, await CalendarAsync(db, cancellationToken)));
    }

    /// <summary>The newest published version of a process that needs no people; null where there is none.</summary>
    public static async Task<DefinitionVersion?> PublishedAsync(OrchestratorDb db, string key, CancellationToken cancellationToken) =>
        await db.Definitions.AsNoTracking().Where(row => row.Kind == DefinitionKind.Sop && row.Key == key && row.State == DefinitionState.Published)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellationToken);

    public async Task<bool> NeedsPeopleAsync(OrchestratorDb db, Guid definitionId, CancellationToken cancellationToken) =>
        (await library.SopAsync(db, definitionId, cancellationToken)).Processes.Any(process => process.UserTasks.Any());

    // Holidays change a few times a year; a step every hundred microseconds need not look each time.
    private async Task<IWorkingCalendar> CalendarAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        if (calendar is { } known && clock.GetElapsedTime(known.At) < CalendarAge)
            return known.Calendar;
        var current = await calendars.CurrentAsync(db, cancellationToken);
        calendar = (current, clock.GetTimestamp());
        return current;
    }
}
