using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.WebConsole.Views;

internal static class CustomerNumbers
{
    public static Task<long?> FindAsync(OrchestratorDb db, string externalId, CancellationToken cancellationToken) =>
        db.Customers.Where(row => row.ExternalId == externalId).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(cancellationToken);
}
