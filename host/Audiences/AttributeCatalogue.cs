using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Audiences;

/// <summary>The declared attributes at one moment. Immutable.</summary>
public sealed class AttributeSet(IEnumerable<AttributeDefinition> attributes)
{
    public static readonly AttributeSet None = new([]);

    public FrozenDictionary<string, AttributeDefinition> ByName { get; } = attributes.ToFrozenDictionary(row => row.Name);

    public FrozenDictionary<string, FeelType> Types => field ??= ByName.ToFrozenDictionary(pair => pair.Key, pair => FeelTypeOf(pair.Value.Type));

    /// <summary>Reads every declared attribute of a customer; see <see cref="AttributeReader"/>.</summary>
    public AttributeReader Reader => field ??= new AttributeReader(this, ByName.Keys);

    private static FeelType FeelTypeOf(AttributeType type) => type switch
    {
        AttributeType.Number => FeelType.Number,
        AttributeType.Boolean => FeelType.Boolean,
        AttributeType.Date => FeelType.Date,
        _ => FeelType.String,
    };
}

/// <summary>The attribute catalogue, read again at most every few seconds so that every node sees a change soon. Thread-safe.</summary>
public sealed class AttributeCatalogue(Database database, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private (AttributeSet Attributes, long At)? known;

    public ValueTask<AttributeSet> CurrentAsync(CancellationToken cancellationToken) => CurrentAsync(null, cancellationToken);

    /// <param name="db">Where the caller reads already; null: this opens its own.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<AttributeSet> CurrentAsync(OrchestratorDb? db, CancellationToken cancellationToken)
    {
        if (known is { } recent && clock.GetElapsedTime(recent.At) < Fresh)
            return recent.Attributes;
        var attributes = new AttributeSet(db is null ? await database.ReadAsync(ReadAsync, cancellationToken) : await ReadAsync(db, cancellationToken));
        known = (attributes, clock.GetTimestamp());
        return attributes;
    }

    private static Task<List<AttributeDefinition>> ReadAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        db.CustomerAttributes.AsNoTracking().OrderBy(row => row.Position).ThenBy(row => row.Name).ToListAsync(cancellationToken);

    /// <summary>Called after a change on this node.</summary>
    internal void Forget() => known = null;
}
