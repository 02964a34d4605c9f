using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Audiences;

/// <summary>The declared attributes at one moment. Immutable.</summary>
public sealed class AttributeSet(IEnumerable<AttributeDefinition> attributes)
{
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

    public async ValueTask<AttributeSet> CurrentAsync(CancellationToken cancellationToken)
    {
        if (known is { } recent && clock.GetElapsedTime(recent.At) < Fresh)
            return recent.Attributes;
        var rows = await database.ReadAsync((db, token) => db.CustomerAttributes.OrderBy(row => row.Position).ThenBy(row => row.Name).ToListAsync(token), cancellationToken);
        var attributes = new AttributeSet(rows);
        known = (attributes, clock.GetTimestamp());
        return attributes;
    }

    /// <summary>Called after a change on this node.</summary>
    internal void Forget() => known = null;
}
