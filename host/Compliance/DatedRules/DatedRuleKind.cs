using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>A kind of dated rule: who may enter and publish it, and what it looks like.</summary>
public interface IDatedRuleKind
{
    string Name { get; }
    IReadOnlyList<string> Proposers { get; }
    IReadOnlyList<string> Publishers { get; }

    /// <summary>It may not begin before the day after its publication, because what was done under the one before must stay explainable.</summary>
    bool BeginsLater { get; }

    /// <summary>The rules of the kind in the box.</summary>
    IReadOnlyList<ShippedRule> Shipped { get; }

    /// <returns>What is wrong with it; empty: nothing.</returns>
    IReadOnlyList<FieldProblem> Check(string name, JsonElement value);

    /// <summary>In the transaction that publishes one: tells whoever holds the rules in memory.</summary>
    Task TakeEffectAsync(WriteTransaction tx, CancellationToken cancellationToken);
}

/// <summary>A kind whose values are JSON of <typeparamref name="T"/>. Immutable and thread-safe.</summary>
public abstract class DatedRuleKind<T> : IDatedRuleKind
    where T : class
{
    public abstract string Name { get; }
    public abstract IReadOnlyList<string> Proposers { get; }
    public abstract IReadOnlyList<string> Publishers { get; }
    public virtual bool BeginsLater => false;
    public virtual IReadOnlyList<ShippedRule> Shipped => [];

    public IReadOnlyList<FieldProblem> Check(string name, JsonElement value)
    {
        T? read;
        try
        {
            read = value.Deserialize<T>(JsonDefaults.Input);
        }
        catch (JsonException exception)
        {
            // "$.texts.en": the member that is unknown, or not of its type.
            return [new FieldProblem("value" + (exception.Path is ['$', .. var path] ? path : ""), "field.rule-unreadable", exception.Path ?? "$")];
        }
        return read is null ? [new FieldProblem("value", "field.required")] : [.. Problems(name, read)];
    }

    public virtual Task TakeEffectAsync(WriteTransaction tx, CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract IEnumerable<FieldProblem> Problems(string name, T value);

    /// <summary>What is published of the kind: oldest day first, of one day the last published last.</summary>
    public async Task<IReadOnlyList<(string Name, DateOnly From, T Value, string Source)>> PublishedAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var rows = await db.DatedRules.AsNoTracking().Where(row => row.Kind == Name && row.PublishedBy != null)
            .OrderBy(row => row.From).ThenBy(row => row.PublishedAt).Select(row => new { row.Name, row.From, row.Value, row.Source }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => (row.Name, row.From, JsonSerializer.Deserialize<T>(row.Value, JsonDefaults.Options)!, row.Source));
    }

    /// <summary>What holds on a day, by name.</summary>
    public async Task<IReadOnlyDictionary<string, T>> OnAsync(OrchestratorDb db, DateOnly day, CancellationToken cancellationToken) =>
        (await PublishedAsync(db, cancellationToken)).Where(row => row.From <= day).GroupBy(row => row.Name).ToDictionary(group => group.Key, group => group.Last().Value);
}
