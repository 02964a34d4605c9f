using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Many rows as parameters of one statement: arrays for <c>unnest</c> on PostgreSQL, one JSON text for <c>json_each</c> on SQLite.</summary>
internal static class RowSet
{
    /// <summary>What stands in FROM: a row source named <c>r</c> with these columns, in the order in which they are bound.</summary>
    public static string Source(DatabaseDialect dialect, params string[] columns) =>
        dialect == DatabaseDialect.PostgreSql
            ? $"unnest({string.Join(", ", columns.Select(column => "@" + column))}) AS r({string.Join(", ", columns)})"
            : $"(SELECT {string.Join(", ", columns.Select((column, i) => string.Create(CultureInfo.InvariantCulture, $"value->>{i} AS {column}")))} FROM json_each(@rows)) AS r";

    public static void Bind(DbCommand command, DatabaseDialect dialect, params (string Name, Array Values)[] columns)
    {
        if (dialect == DatabaseDialect.PostgreSql)
        {
            foreach (var (name, values) in columns)
                Bind(command, name, values);
        }
        else
        {
            Bind(command, "rows", Json(columns));
        }
    }

    public static void Bind(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    /// <summary>One column of rows.</summary>
    public static TValue[] Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }

    private static string Json((string Name, Array Values)[] columns)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            for (var row = 0; row < columns[0].Values.Length; row++)
            {
                writer.WriteStartArray();
                foreach (var (_, values) in columns)
                    Write(writer, values, row);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static void Write(Utf8JsonWriter writer, Array values, int row)
    {
        switch (values)
        {
            case long[] numbers:
                writer.WriteNumberValue(numbers[row]);
                break;
            case int[] numbers:
                writer.WriteNumberValue(numbers[row]);
                break;
            case short[] numbers:
                writer.WriteNumberValue(numbers[row]);
                break;
            case string?[] texts:
                writer.WriteStringValue(texts[row]);
                break;
            default:
                throw new ArgumentException($"Columns of {values.GetType().Name} are not bound.", nameof(values));
        }
    }
}
