using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>Reads and writes the rows of many runs at once. On PostgreSQL each is one statement whatever their number.</summary>
internal static class RunStore
{
    private const string Select = "SELECT id, definition_id, decisions_json, status, state, commands, version, started_at, updated_at FROM process_runs WHERE id = ANY($1) ORDER BY id FOR UPDATE";

    private const string Insert =
        "INSERT INTO process_runs (id, definition_id, decisions_json, status, state, commands, version, started_at, updated_at) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[])";

    private const string Update =
        "UPDATE process_runs AS r SET status = n.status, state = n.state, commands = n.commands, version = n.version, updated_at = n.updated_at FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS n(id, status, state, commands, version, updated_at) WHERE r.id = n.id";

    /// <summary>Locks runs, in the order of their ids so that two nodes never wait for each other.</summary>
    public static async Task<Dictionary<Guid, ProcessRun>> LockAsync(WriteTransaction tx, Guid[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
            return [];
        if (tx.Dialect == DatabaseDialect.Sqlite)
            return await tx.Db.ProcessRuns.AsTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var found = new Dictionary<Guid, ProcessRun>(ids.Length);
        await using var command = Command(tx, Select, ids);
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var run = Read(reader);
            found.Add(run.Id, run);
        }
        return found;
    }

    /// <summary>Writes what changed: new runs and steps of old ones, one round trip for both.</summary>
    public static async Task SaveAsync(WriteTransaction tx, IReadOnlyList<ProcessRun> added, IReadOnlyList<ProcessRun> changed, CancellationToken cancellationToken)
    {
        if (tx.Dialect == DatabaseDialect.Sqlite)
        {
            // The changed ones are tracked.
            tx.Db.AddRange(added);
            await tx.Db.SaveChangesAsync(cancellationToken);
            return;
        }
        await using var batch = new NpgsqlBatch((NpgsqlConnection)tx.Connection, (NpgsqlTransaction)tx.Transaction);
        if (added.Count > 0)
        {
            batch.BatchCommands.Add(Part(Insert,
                Column(added, run => run.Id), Column(added, run => run.DefinitionId), Column(added, run => run.DecisionsJson), Column(added, run => run.Status.ToString()), Column(added, run => run.State),
                Column(added, run => run.Commands), Column(added, run => run.Version), Column(added, run => run.StartedAt.ToUnixTimeMilliseconds()), Column(added, run => run.UpdatedAt.ToUnixTimeMilliseconds())));
        }
        if (changed.Count > 0)
        {
            batch.BatchCommands.Add(Part(Update,
                Column(changed, run => run.Id), Column(changed, run => run.Status.ToString()), Column(changed, run => run.State),
                Column(changed, run => run.Commands), Column(changed, run => run.Version), Column(changed, run => run.UpdatedAt.ToUnixTimeMilliseconds())));
        }
        if (batch.BatchCommands.Count == 0)
            return;
        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static ProcessRun Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        DefinitionId = reader.GetGuid(1),
        DecisionsJson = reader.GetString(2),
        Status = Enum.Parse<InstanceStatus>(reader.GetString(3)),
        State = reader.GetString(4),
        Commands = reader.GetString(5),
        Version = reader.GetInt64(6),
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7)),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)),
    };

    private static T[] Column<T>(IReadOnlyList<ProcessRun> runs, Func<ProcessRun, T> value)
    {
        var column = new T[runs.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(runs[i]);
        return column;
    }

    private static NpgsqlCommand Command(WriteTransaction tx, string text, Guid[] ids)
    {
        var command = new NpgsqlCommand(text, (NpgsqlConnection)tx.Connection, (NpgsqlTransaction)tx.Transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        return command;
    }

    private static NpgsqlBatchCommand Part(string text, params object[] columns)
    {
        var part = new NpgsqlBatchCommand(text);
        foreach (var column in columns)
            part.Parameters.Add(new NpgsqlParameter { Value = column });
        return part;
    }
}
