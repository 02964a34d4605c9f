using Dapper;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// Erases a customer on request: attributes and addresses go; the row stays with its ids because ledgers and audit refer to it, and so that a
/// later import finds it erased and takes nothing personal in again.
/// </summary>
public sealed class CustomerErasure(Database database, AuditChain audit, BusinessClock clock)
{
    public Task<Outcome<Done>> EraseAsync(string externalId, string reason, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (string.IsNullOrWhiteSpace(reason))
                    return Refusal.Invalid(new FieldProblem("reason", "field.required"));
                await LegalHolds.LockAsync(tx, token);
                if (await tx.Locked<Customer>("SELECT * FROM customers WHERE external_id = {0}", externalId).SingleOrDefaultAsync(token) is not { } row)
                    return Refusal.NotFound(externalId);
                if (row.ErasedAt is not null)
                    return Done.Value;
                if (await LegalHolds.OfCustomerAsync(tx.Db, row.CustomerNo, token) is { Count: > 0 } holds)
                    return Refusal.Conflict("legal-hold", externalId, string.Join(", ", holds.Select(hold => hold.Reference))) with { Current = holds.Select(hold => new { hold.Id, hold.Reference, hold.PlacedBy, hold.PlacedAt }) };
                await ClearAsync(tx, row.CustomerNo, token);
                await audit.AppendAsync(tx, Customers.Chain, actor, token, new AuditEntry("customer-erased", null, new { customer = row.CustomerNo }, reason));
                return Done.Value;
            },
            cancellationToken);

    private Task<int> ClearAsync(WriteTransaction tx, long customerNo, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE customers SET attributes = '{}', language = NULL, time_zone = NULL,
              phone = NULL, phone_hash = NULL, email = NULL, email_hash = NULL, push_token = NULL, push_token_hash = NULL,
              fcm_token = NULL, fcm_token_hash = NULL, apns_token = NULL, apns_token_hash = NULL, web_push = NULL, web_push_hash = NULL,
              wecom_user_id = NULL, wecom_user_id_hash = NULL, oa_openid = NULL, oa_openid_hash = NULL,
              consent_bits = 0, version = version + 1, updated_at = @now, erased_at = @now
            WHERE customer_no = @customerNo
            """,
            new { customerNo, now = clock.GetUtcNow().ToUnixTimeMilliseconds() }, tx.Transaction, cancellationToken: cancellationToken));
}
