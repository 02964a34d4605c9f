using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>A dated rule in the box.</summary>
public sealed record ShippedRule(string Name, DateOnly From, string Source, JsonElement Value)
{
    /// <summary>Reads a list of them from a resource of the program.</summary>
    internal static IReadOnlyList<ShippedRule> Load(string resource)
    {
        using var stream = typeof(ShippedRule).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is missing from the program.");
        return JsonSerializer.Deserialize<List<ShippedRule>>(stream, JsonDefaults.Options)!;
    }
}

/// <summary>Brings the rules in the box of every kind, each once; what was entered here stays.</summary>
internal sealed class ShippedRules(Database database, IEnumerable<IDatedRuleKind> kinds, BusinessClock clock) : IStartupStep
{
    public int Order => 100;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                var known = (await tx.Db.DatedRules.AsNoTracking().Select(row => new { row.Kind, row.Name, row.From }).ToListAsync(token)).ToHashSet();
                var now = clock.GetUtcNow();
                foreach (var (kind, rule) in kinds.SelectMany(kind => kind.Shipped.Select(rule => (kind.Name, rule))).Where(one => !known.Contains(new { Kind = one.Name, one.rule.Name, one.rule.From })))
                {
                    tx.Db.Add(new DatedRule
                    {
                        Id = Guid.CreateVersion7(now), Kind = kind, Name = rule.Name, From = rule.From, Value = rule.Value.GetRawText(), Source = rule.Source,
                        ProposedBy = Actor.System.UserName, ProposedAt = now, PublishedBy = Actor.System.UserName, PublishedAt = now,
                    });
                }
            },
            cancellationToken);
}
