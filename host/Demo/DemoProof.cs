using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Demo;

/// <summary>Looks into the database file behind the program's back: what the sandbox kept, and a chain with one byte flipped.</summary>
internal static class DemoProof
{
    public static long Messaged(string file) => Scalar(file, "SELECT COUNT(DISTINCT customer_no) FROM sandbox_messages WHERE occurrence_id > 0");

    public static long MessagedTwice(string file) => Scalar(file, "SELECT COUNT(*) FROM (SELECT 1 FROM sandbox_messages WHERE occurrence_id > 0 GROUP BY occurrence_id, customer_no HAVING COUNT(*) > 1)");

    /// <summary>Flips one byte of an event in a copy of the file, and gives back the event's number and what verification says.</summary>
    public static async Task<(long Flipped, ChainVerdict Verdict)> FlipAsync(string file, Guid campaign, CancellationToken cancellationToken)
    {
        var copy = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db");
        try
        {
            await using (var source = new SqliteConnection(ReadOnly(file)))
            {
                await source.ExecuteAsync("VACUUM INTO @copy", new { copy });
            }
            var chain = AuditChain.ForCampaign(campaign);
            await using var db = new OrchestratorDb(new DbContextOptionsBuilder<OrchestratorDb>().UseSqlite($"Data Source={copy};Pooling=False").Options);
            var connection = db.Database.GetDbConnection();
            var seq = await connection.ExecuteScalarAsync<long>("SELECT seq FROM audit_events WHERE chain = @chain AND length(data) > 4 ORDER BY seq DESC LIMIT 1 OFFSET 5", new { chain });
            await connection.ExecuteAsync("DROP TRIGGER audit_events_no_update");
            await connection.ExecuteAsync(
                "UPDATE audit_events SET data = substr(data, 1, 2) || CASE substr(data, 3, 1) WHEN 'x' THEN 'y' ELSE 'x' END || substr(data, 4) WHERE chain = @chain AND seq = @seq", new { chain, seq });
            return (seq, await AuditChain.VerifyAsync(db, chain, cancellationToken));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static long Scalar(string file, string sql)
    {
        using var connection = new SqliteConnection(ReadOnly(file));
        return connection.ExecuteScalar<long>(sql);
    }

    private static string ReadOnly(string file) => new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();
}
