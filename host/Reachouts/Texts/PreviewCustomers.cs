using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Reads one customer as the sender would.</summary>
internal sealed class PreviewCustomers(Database database, CustomerFeed feed)
{
    public Task<Candidate?> FindAsync(string externalId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                if (await db.Customers.Where(row => row.ExternalId == externalId && row.ErasedAt == null).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(token) is not { } number)
                    return null;
                await db.Database.OpenConnectionAsync(token);
                var read = await feed.ReadAsync(db.Database.GetDbConnection(), null, [number], token);
                return read.Count == 0 ? null : CandidateReader.Read(read[0]);
            },
            cancellationToken);
}
