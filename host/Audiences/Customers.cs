using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>How to find customers: by the beginning of the external id, or by a whole address.</summary>
public sealed record CustomerQuery(string? ExternalId = null, string? Address = null, string? After = null, int Limit = 50);

/// <summary>Customers as people and other systems see and change them.</summary>
public sealed class Customers(Database database, CustomerWriter writer, CustomerAddresses addresses, AttributeCatalogue catalogue, AuditChain audit)
{
    public const string Chain = "customers";
    public const int LargestBatch = 1000;

    /// <summary>Creates or changes one customer; what is there already changes nothing.</summary>
    /// <param name="ifVersion">The version that must be in place, where the caller asks for that.</param>
    public async Task<Outcome<UpsertResult>> UpsertAsync(string externalId, JsonElement body, long? ifVersion, Actor actor, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        var change = CustomerInput.Read(body, externalId, await catalogue.CurrentAsync(cancellationToken), "", problems);
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems]);
        return await database.WriteAsync<Outcome<UpsertResult>>(
            async (tx, token) =>
            {
                if (ifVersion is not null && !await tx.Locked<Customer>("SELECT * FROM customers WHERE external_id = {0}", externalId).AsNoTracking().AnyAsync(row => row.Version == ifVersion, token))
                    return Refusal.Stale;
                return (await writer.UpsertAsync(tx, [change], actor.UserName, token))[0];
            },
            cancellationToken);
    }

    /// <summary>All or nothing: one wrong field refuses the batch and names the place.</summary>
    public async Task<Outcome<IReadOnlyList<UpsertResult>>> UpsertManyAsync(JsonElement body, Actor actor, CancellationToken cancellationToken)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("customers", out var list) || list.ValueKind != JsonValueKind.Array)
            return Refusal.Invalid(new FieldProblem("customers", "field.required"));
        if (list.GetArrayLength() > LargestBatch)
            return Refusal.Invalid(new FieldProblem("customers", "audience.field.too-many", LargestBatch));
        var problems = new List<FieldProblem>();
        var declared = await catalogue.CurrentAsync(cancellationToken);
        var changes = list.EnumerateArray().Select((item, i) => CustomerInput.Read(item, null, declared, $"customers[{i}].", problems)).ToArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < changes.Length; i++)
        {
            if (!seen.Add(changes[i].ExternalId))
                problems.Add(new FieldProblem($"customers[{i}].externalId", "audience.field.duplicate", changes[i].ExternalId));
        }
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems.Take(100)]);
        return await database.WriteAsync<Outcome<IReadOnlyList<UpsertResult>>>(
            async (tx, token) => (await writer.UpsertAsync(tx, changes, actor.UserName, token)).ToArray(), cancellationToken);
    }

    public async Task<Outcome<Page<CustomerListItem>>> ListAsync(CustomerQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > 200)
            return Refusal.Invalid(new FieldProblem("limit", "audience.field.limit", 200));
        if (!Cursor.TryRead(query.After, out var after))
            return Refusal.Invalid(new FieldProblem("after", "audience.field.cursor"));
        var rows = await database.ReadAsync((db, token) => Filter(db.Customers, query).Where(row => row.CustomerNo > after).OrderBy(row => row.CustomerNo).Take(query.Limit + 1).ToListAsync(token), cancellationToken);
        return new Page<CustomerListItem>([.. rows.Take(query.Limit).Select(Item)], rows.Count > query.Limit ? Cursor.Write(rows[query.Limit - 1].CustomerNo) : null);
    }

    public Task<CustomerDetail?> FindAsync(string externalId, Actor reader, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                if (await db.Customers.SingleOrDefaultAsync(row => row.ExternalId == externalId, token) is not { } row)
                    return null;
                var hashes = AddressSlot.All.Select(slot => row.Stored(slot).Hash).Where(hash => hash is not null).ToArray();
                var consents = await db.Consents.Where(item => item.CustomerNo == row.CustomerNo).OrderByDescending(item => item.At).ThenByDescending(item => item.Id).ToListAsync(token);
                var suppressions = await db.Suppressions.Where(item => item.CustomerNo == row.CustomerNo || hashes.Contains(item.AddressHash)).OrderByDescending(item => item.AddedAt).ToListAsync(token);
                return Detail(row, consents, suppressions, await catalogue.CurrentAsync(token), reader);
            },
            cancellationToken);

    /// <summary>One address in the clear, for a reason that goes on the audit chain with the reader's name.</summary>
    public Task<Outcome<string>> RevealAsync(string externalId, AddressSlot slot, string reason, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<string>>(
            async (tx, token) =>
            {
                if (string.IsNullOrWhiteSpace(reason))
                    return Refusal.Invalid(new FieldProblem("reason", "field.required"));
                var row = await tx.Db.Customers.AsNoTracking().SingleOrDefaultAsync(item => item.ExternalId == externalId, token);
                if (row is null || row.Stored(slot).Sealed is not { } text)
                    return Refusal.NotFound(externalId);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("address-revealed", null, new { customer = row.CustomerNo, channel = slot.Name }, reason));
                return addresses.Open(externalId, slot, text)!;
            },
            cancellationToken);

    private IQueryable<Customer> Filter(IQueryable<Customer> rows, CustomerQuery query)
    {
        if (!string.IsNullOrEmpty(query.ExternalId))
            rows = rows.Where(row => row.ExternalId.StartsWith(query.ExternalId));
        if (!string.IsNullOrEmpty(query.Address))
        {
            var phone = CustomerAddresses.Normalise(ChannelKind.Sms, query.Address) is { } number ? addresses.Hash(ChannelKind.Sms, number) : "-";
            var email = CustomerAddresses.Normalise(ChannelKind.Email, query.Address) is { } mailbox ? addresses.Hash(ChannelKind.Email, mailbox) : "-";
            rows = rows.Where(row => row.PhoneHash == phone || row.EmailHash == email);
        }
        return rows;
    }

    private static CustomerListItem Item(Customer row) => new(
        row.ExternalId, row.Language, row.TimeZone,
        [.. CustomerChannels.All.Where(channel => new ConsentSet(row.ConsentBits).Has(channel, Purpose.Marketing)).Select(CustomerChannels.NameOf)],
        row.ErasedAt is not null, row.Version, row.UpdatedAt);

    private CustomerDetail Detail(Customer row, List<Consent> consents, List<Suppression> suppressions, AttributeSet declared, Actor reader)
    {
        var all = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(row.Attributes)!;
        var hidden = reader.IsAny(CustomerRoles.Trusted) ? [] : all.Keys.Where(name => declared.ByName.TryGetValue(name, out var definition) && definition.IsSensitive).Order().ToArray();
        return new CustomerDetail(
            row.ExternalId,
            all.Where(pair => !hidden.Contains(pair.Key)).ToDictionary(),
            hidden,
            row.Language,
            row.TimeZone,
            [.. AddressSlot.All.Where(slot => row.Stored(slot).Sealed is not null).Select(slot => new AddressView(
                slot.Name, CustomerAddresses.Mask(slot.Kind, addresses.Open(row.ExternalId, slot, row.Stored(slot).Sealed)!)))],
            [.. consents.GroupBy(item => (item.Channel, item.Purpose)).Select(group => ConsentView.From(group.OrderByDescending(item => item.At).ThenBy(item => item.Granted).First()))],
            [.. consents.Select(ConsentView.From)],
            [.. suppressions.Select(item => SuppressionView.From(item, item.CustomerNo is null ? null : row.ExternalId))],
            row.Version, row.CreatedAt, row.UpdatedAt, row.ErasedAt);
    }
}
