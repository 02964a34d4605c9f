using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Compliance;

/// <summary>
/// Puts on a chain who takes data out of the program, what, by which filter and how many rows. To be written before the first byte leaves: a
/// download that breaks off, or a program that dies in it, has its record too.
/// </summary>
public sealed class ExportRecord(Database database, AuditChain audit)
{
    /// <param name="what">What is exported, as the API names it.</param>
    /// <param name="filter">What it was narrowed down by; its null members were not asked for.</param>
    public Task WriteAsync(string chain, string what, object filter, long rows, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => audit.AppendAsync(tx, chain, actor, token, new AuditEntry("data-exported", what, new { rows, filter })), cancellationToken);
}
