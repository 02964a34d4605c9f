using System.Security.Cryptography;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Gives every message that wants one its short address, before it leaves. A message that is tried again keeps its own.</summary>
internal sealed class TrackedLinks(Database database, MessageComposer composer, BusinessClock clock)
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int Length = 11;

    /// <summary>An address as long as any other, that leads nowhere: for previews and for measuring.</summary>
    public static string Sample(MessageComposer composer) => composer.CustomerUrl("/l/" + new string('0', Length));

    public async Task<IReadOnlyDictionary<(long CustomerNo, short Step), string>> IssueAsync(SendJob job, IReadOnlyList<(LeaseRow Row, Candidate Candidate)> messages, CancellationToken cancellationToken)
    {
        var wanted = messages.Select(message => (message.Row, job.PlanOf(message.Row).Phase.Link))
            // A text that many share leads straight to where the link goes: an address per customer would make it many texts.
            .Where(pair => pair.Link is not null && !job.Accounts[pair.Row.AccountNo].SharesText).ToList();
        if (wanted.Count == 0)
            return new Dictionary<(long, short), string>();
        return await database.WriteAsync(
            async (tx, token) =>
            {
                var now = clock.GetUtcNow();
                await using var command = tx.Connection.CreateCommand();
                command.Transaction = tx.Transaction;
#pragma warning disable CA2100 // A constant per dialect; values travel as parameters.
                command.CommandText = Insert(tx.Dialect);
#pragma warning restore CA2100
                RowSet.Bind(command, "occurrence", job.Occurrence.Id);
                RowSet.Bind(
                    command, tx.Dialect,
                    ("id", wanted.Select(_ => RandomNumberGenerator.GetString(Alphabet, Length)).ToArray()),
                    ("customer_no", wanted.Select(pair => pair.Row.Due.CustomerNo).ToArray()),
                    ("step", wanted.Select(pair => pair.Row.Due.Step).ToArray()),
                    ("target", wanted.Select(pair => pair.Link!.Target).ToArray()),
                    ("expires_at", wanted.Select(pair => now.AddDays(pair.Link!.ExpiresDays).ToUnixTimeMilliseconds()).ToArray()));
                var links = new Dictionary<(long, short), string>();
                await using var reader = await command.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token))
                    links[(reader.GetInt64(1), reader.GetInt16(2))] = composer.CustomerUrl("/l/" + reader.GetString(0));
                return links;
            },
            cancellationToken);
    }

    private static string Insert(DatabaseDialect dialect) => $"""
        INSERT INTO tracked_links AS t (id, occurrence_id, customer_no, step, target, expires_at, clicks, human_clicks)
        SELECT r.id, @occurrence, r.customer_no, r.step, r.target, r.expires_at, 0, 0 FROM {RowSet.Source(dialect, "id", "customer_no", "step", "target", "expires_at")} WHERE true
        ON CONFLICT (occurrence_id, customer_no, step) DO UPDATE SET target = excluded.target, expires_at = excluded.expires_at
        RETURNING id, customer_no, step
        """;
}
