using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

internal sealed record ImportPayload(Guid ImportId, string StartedBy);

/// <summary>Applies the slices of an import in order, each in one transaction with its progress, so that a crash repeats at most an uncommitted slice.</summary>
internal sealed class ImportApplier(Database database, CustomerWriter writer, PersonalData personal, WorkSchedule schedule, AuditChain audit, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "customer-import";

    public string Kind => WorkKind;

    public static string Place(Guid importId, int slice) => $"customer_import_slices:{importId:N}:{slice}";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Deserialize<ImportPayload>(item.Payload, JsonDefaults.Options)!;
        while (!await ApplyNextAsync(payload, cancellationToken))
        {
        }
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }

    /// <summary>Applies one slice.</summary>
    /// <returns>Whether the import is done.</returns>
    public Task<bool> ApplyNextAsync(ImportPayload payload, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                var import = await tx.Locked<CustomerImport>("SELECT * FROM customer_imports WHERE id = {0}", payload.ImportId).SingleOrDefaultAsync(token);
                if (import is not { State: ImportState.Applying })
                    return true;
                var number = import.SlicesApplied + 1;
                var slice = await tx.Db.CustomerImportSlices.AsNoTracking().SingleAsync(row => row.ImportId == import.Id && row.Number == number, token);
                var changes = JsonSerializer.Deserialize<List<CustomerChange>>(personal.Unprotect(slice.Content, Place(import.Id, number))!, JsonDefaults.Options)!;
                foreach (var group in (await writer.UpsertAsync(tx, changes, payload.StartedBy, token)).GroupBy(result => result.Outcome))
                    Add(import, group.Key, group.Count());
                import.SlicesApplied = number;
                await tx.Db.CustomerImportSlices.Where(row => row.ImportId == import.Id && row.Number == number).ExecuteDeleteAsync(token);
                if (number < import.Slices)
                    return false;
                await FinishAsync(tx, import, token);
                return true;
            },
            cancellationToken);

    private static void Add(CustomerImport import, UpsertOutcome outcome, int count)
    {
        switch (outcome)
        {
            case UpsertOutcome.Created:
                import.Created += count;
                break;
            case UpsertOutcome.Updated:
                import.Updated += count;
                break;
            default:
                import.Unchanged += count;
                break;
        }
    }

    private Task FinishAsync(WriteTransaction tx, CustomerImport import, CancellationToken cancellationToken)
    {
        (import.State, import.FinishedAt) = (ImportState.Done, clock.GetUtcNow());
        var actor = Actor.System with { UserName = import.StartedBy };
        return audit.AppendAsync(tx, Customers.Chain, actor, cancellationToken, new AuditEntry(
            "customers-imported", import.Id.ToString(), new { import.Sha256, import.RowsRead, import.Created, import.Updated, import.Unchanged, import.Rejected }));
    }
}
