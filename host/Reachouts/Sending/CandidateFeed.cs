using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Reachouts;

/// <summary>A due message with its customer.</summary>
/// <param name="Due">The message.</param>
/// <param name="Candidate">Null: the customer is no longer on record.</param>
/// <param name="BestHour">The hour at which the customer clicks most; null: not known, or not asked for.</param>
internal readonly record struct DueCandidate(DueRow Due, Candidate? Candidate, int? BestHour = null);

/// <summary>Reads micro-batches: due messages with all that the checks of the phase look at, in one statement. Thread-safe.</summary>
internal sealed class CandidateFeed(Database database, CustomerAddresses addresses, AttributeCatalogue catalogue, BusinessClock clock)
{
    private const int FirstAddress = 17;
    private static readonly IFeelScope HasConverted = FeelScope.From(new Dictionary<string, object?> { [CandidateNeeds.Converted] = true });
    private static readonly IFeelScope HasNotConverted = FeelScope.From(new Dictionary<string, object?> { [CandidateNeeds.Converted] = false });

    /// <summary>The next due messages of the range after <paramref name="after"/>, one per customer, in order of customers.</summary>
    public async Task<IReadOnlyList<DueCandidate>> ReadAsync(SendJob job, long after, long last, int limit, CancellationToken cancellationToken)
    {
        var reader = new AttributeReader(await catalogue.CurrentAsync(cancellationToken), job.Needs.Attributes);
        return await database.LedgerReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Made from constants; values travel as parameters.
                command.CommandText = LedgerMonth.Direct(job.Needs.Sql(database.Dialect), database.Dialect, job.Occurrence.Id);
#pragma warning restore CA2100
                RowSet.Bind(command, "occurrence", job.Occurrence.Id);
                RowSet.Bind(command, "campaign", job.Reachout.CampaignId);
                RowSet.Bind(command, "after", after);
                RowSet.Bind(command, "last", last);
                RowSet.Bind(command, "now", clock.GetUtcNow().ToUnixTimeMilliseconds());
                RowSet.Bind(command, "limit", limit);
                List<DueCandidate> read;
                await using (var rows = await command.ExecuteReaderAsync(token))
                    read = await ReadAsync(rows, job.Needs, reader, limit, token);
                return job.Spec.Phase.Timing == SendTimings.BestTime ? await WithBestHoursAsync(db, read, token) : read;
            },
            cancellationToken);
    }

    private async Task<List<DueCandidate>> ReadAsync(DbDataReader rows, CandidateNeeds needs, AttributeReader reader, int limit, CancellationToken cancellationToken)
    {
        var read = new List<DueCandidate>(limit);
        while (await rows.ReadAsync(cancellationToken))
        {
            var due = new DueRow(rows.GetInt64(0), rows.GetInt16(1), (MessageState)rows.GetInt16(2), (SkipReason)rows.GetInt16(3), rows.GetInt16(4), rows.GetInt16(5), rows.GetInt64(6), rows.GetInt16(7)) { LatestMinute = rows.GetInt32(FirstAddress + (3 * needs.Addresses.Count)) };
            // A customer's second message waits for the first: a lease takes one per customer.
            if (read.Count == 0 || read[^1].Due.CustomerNo != due.CustomerNo)
                read.Add(new DueCandidate(due, rows.IsDBNull(8) ? null : Candidate(rows, due.CustomerNo, needs, reader)));
        }
        return read;
    }

    private static async Task<List<DueCandidate>> WithBestHoursAsync(OrchestratorDb db, List<DueCandidate> read, CancellationToken cancellationToken)
    {
        var customers = read.Select(item => item.Due.CustomerNo).ToList();
        var hours = (await db.Set<ClickHour>().Where(row => customers.Contains(row.CustomerNo)).ToListAsync(cancellationToken))
            .GroupBy(row => row.CustomerNo).ToDictionary(group => group.Key, group => (int)group.OrderByDescending(row => row.Clicks).ThenBy(row => row.Hour).First().Hour);
        return [.. read.Select(item => hours.TryGetValue(item.Due.CustomerNo, out var hour) ? item with { BestHour = hour } : item)];
    }

    private Candidate Candidate(DbDataReader rows, long customerNo, CandidateNeeds needs, AttributeReader reader)
    {
        var (stored, suppressed) = Addresses(rows, needs);
        var customer = new FeedCustomer(
            new FeedRow
            {
                CustomerNo = customerNo,
                Version = rows.GetInt64(8),
                ExternalId = rows.GetString(9),
                Language = Text(rows, 10),
                TimeZone = Text(rows, 11),
                ConsentBits = rows.GetInt32(12),
                ErasedAt = rows.GetBoolean(13) ? 0 : null,
                Attributes = rows.GetString(14),
                PushToken = stored[0].Sealed,
                PushTokenHash = stored[0].Hash,
                WecomUserId = stored[1].Sealed,
                WecomUserIdHash = stored[1].Hash,
                Phone = stored[2].Sealed,
                PhoneHash = stored[2].Hash,
                Email = stored[3].Sealed,
                EmailHash = stored[3].Hash,
                OaOpenid = stored[4].Sealed,
                OaOpenidHash = stored[4].Hash,
                FcmToken = stored[5].Sealed,
                FcmTokenHash = stored[5].Hash,
                ApnsToken = stored[6].Sealed,
                ApnsTokenHash = stored[6].Hash,
                WebPush = stored[7].Sealed,
                WebPushHash = stored[7].Hash,
            },
            rows.GetBoolean(15) ? AddressSet.Every : suppressed, reader, addresses);
        var facts = rows.GetBoolean(16) ? HasConverted : HasNotConverted;
        return CandidateReader.Read(customer, FeelScope.Layered(facts, customer.Attributes));
    }

    /// <summary>In the order of <see cref="AddressSlot.All"/>; what was not read is empty.</summary>
    private static ((string? Sealed, string? Hash)[] Stored, AddressSet Suppressed) Addresses(DbDataReader rows, CandidateNeeds needs)
    {
        var stored = new (string?, string?)[AddressSlot.All.Count];
        var suppressed = AddressSet.None;
        for (var i = 0; i < needs.Addresses.Count; i++)
        {
            var (slot, at) = (needs.Addresses[i], FirstAddress + (3 * i));
            stored[slot.Index] = (Text(rows, at), Text(rows, at + 1));
            if (!rows.IsDBNull(at + 2) && rows.GetBoolean(at + 2))
                suppressed = suppressed.With(slot);
        }
        return (stored, suppressed);
    }

    private static string? Text(DbDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
}
