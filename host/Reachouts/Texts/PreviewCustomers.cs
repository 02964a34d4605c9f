using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>What fills a text's variables from attributes where somebody looks at it.</summary>
/// <param name="Values">By variable; null: the text prints no attribute.</param>
/// <param name="Shown">Attributes whose values are the customer's.</param>
/// <param name="Hidden">Attributes for which samples stand, because the reader may not see them.</param>
internal sealed record CustomerPrints(IReadOnlyDictionary<string, object?>? Values, IReadOnlyList<string> Shown, IReadOnlyList<string> Hidden);

/// <summary>Reads one customer as the sender would.</summary>
internal sealed class PreviewCustomers(Database database, CustomerFeed feed, AttributeCatalogue catalogue, BusinessClock clock)
{
    public Task<Candidate?> FindAsync(string externalId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                if (await db.Customers.Where(row => row.ExternalId == externalId && row.ErasedAt == null).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(token) is not { } number)
                    return null;
                await db.Database.OpenConnectionAsync(token);
                var read = await feed.ReadAsync(db.Database.GetDbConnection(), null, [number], token);
                return read.Count == 0 ? null : CandidateReader.Read(read[0]);
            },
            cancellationToken);

    /// <summary>What the text prints of a customer, as far as the reader may see it: sensitive attributes are for those who see them with the customer too.</summary>
    /// <param name="template">The text.</param>
    /// <param name="candidate">Null: samples for all.</param>
    /// <param name="reader">Null: nobody who may see attributes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<CustomerPrints> PrintsAsync(CompiledTemplate template, Candidate? candidate, Actor? reader, CancellationToken cancellationToken)
    {
        var samples = TextPrints.Samples(template, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        if (samples is null || candidate is null)
            return new CustomerPrints(samples, [], []);
        var declared = await catalogue.CurrentAsync(cancellationToken);
        var own = TextPrints.Of(template, candidate, declared)!;
        bool IsHidden(TemplateVariable variable) => reader is null || (declared.ByName.GetValueOrDefault(variable.Attribute!)?.IsSensitive == true && !reader.IsAny(CustomerRoles.Trusted));
        var (hidden, shown) = (template.Attributes.Where(IsHidden).ToList(), template.Attributes.Where(variable => !IsHidden(variable)).ToList());
        // What the customer lacks is lacking here too: the send would skip them.
        return new CustomerPrints(
            own.ToDictionary(pair => pair.Key, pair => pair.Value is not null && hidden.Exists(variable => variable.Name == pair.Key) ? samples[pair.Key] : pair.Value),
            [.. shown.Select(variable => variable.Attribute!).Distinct()], [.. hidden.Select(variable => variable.Attribute!).Distinct()]);
    }
}
