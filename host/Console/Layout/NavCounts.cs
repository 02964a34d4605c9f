using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.WebConsole.Views;

namespace Orchestrator.Host.WebConsole.Layout;

/// <summary>The numbers beside navigation entries: what waits.</summary>
public sealed class NavCounts(Database database, Inbox inbox, OpenQuestions questions)
{
    public async Task<IReadOnlyDictionary<string, int>> ForAsync(Actor actor, CancellationToken cancellationToken)
    {
        var waiting = await inbox.CountAsync(actor, cancellationToken);
        var counts = new Dictionary<string, int> { ["inbox"] = waiting.Mine + waiting.Open + await questions.CountOfOwnerAsync(actor.UserName, cancellationToken) };
        if (actor.IsAny(Role.Platform, Role.ProcessAdmin, Role.Admin))
            counts["incidents"] = await database.ReadAsync((db, token) => db.Incidents.CountAsync(row => row.ClosedAt == null, token), cancellationToken);
        return counts;
    }
}
