using System.Security.Claims;
using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

public sealed record AddressQuery(string Address);

public sealed record RevealBody(string Channel, string Reason);

public sealed record ReasonBody(string Reason);

/// <summary><c>/customers</c> and <c>/customer-attributes</c>.</summary>
internal static class CustomerEndpoints
{
    public static void MapCustomers(this RouteGroupBuilder api)
    {
        var customers = api.MapGroup("/customers");
        customers.MapGet("", async (string? externalId, string? after, int? limit, Customers list, Texts texts, CancellationToken token) =>
            (await list.ListAsync(new CustomerQuery(externalId, null, after, limit ?? 50), token)).ToResult(texts)).RequireRole(CustomerRoles.Readers).WithName("ListCustomers");
        // A POST, so that the address stays out of logs and histories.
        customers.MapPost("/search", async (AddressQuery body, Customers list, Texts texts, CancellationToken token) =>
            (await list.ListAsync(new CustomerQuery(Address: body.Address), token)).ToResult(texts)).RequireRole(CustomerRoles.Readers).WithName("SearchCustomers");
        customers.MapPost("/batch", async (JsonElement body, Customers list, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await list.UpsertManyAsync(body, Actor.From(user), token)).ToResult(texts, results => TypedResults.Ok(new { results }))).RequireRole(CustomerRoles.Writers).WithName("UpsertCustomers");
        customers.MapGet("/{externalId}", GetAsync).RequireRole(CustomerRoles.Readers).WithName("GetCustomer");
        customers.MapPut("/{externalId}", PutAsync).RequireRole(CustomerRoles.Writers).WithName("UpsertCustomer");
        customers.MapPost("/{externalId}/reveal", RevealAsync).RequireRole(CustomerRoles.Trusted).WithName("RevealAddress");
        customers.MapPost("/{externalId}/erasure", async (string externalId, ReasonBody body, CustomerErasure erasure, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await erasure.EraseAsync(externalId, body.Reason, Actor.From(user), token)).ToNoContent(texts)).RequireRole(Role.ConsumerProtection, Role.Admin).WithName("EraseCustomer");

        var attributes = api.MapGroup("/customer-attributes");
        attributes.MapGet("", async (AttributeCatalogue catalogue, CancellationToken token) =>
            (await catalogue.CurrentAsync(token)).ByName.Values.OrderBy(row => row.Position).ThenBy(row => row.Name, StringComparer.Ordinal).Select(AttributeBody.From)).RequireRole().WithName("ListAttributes");
        attributes.MapPost("", async (AttributeBody body, AttributeDeclarations declarations, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await declarations.DeclareAsync(body, Actor.From(user), token)).ToResult(texts)).RequireRole(Role.Platform, Role.ProcessAdmin, Role.Admin).WithName("DeclareAttribute");
    }

    private static async Task<IResult> GetAsync(string externalId, HttpContext http, Customers customers, Texts texts, CancellationToken cancellationToken)
    {
        if (await customers.FindAsync(externalId, Actor.From(http.User), cancellationToken) is not { } customer)
            return Refusal.NotFound(externalId).ToProblem(texts);
        http.SetETag(customer.Version);
        return TypedResults.Ok(customer);
    }

    /// <summary>Without If-Match it is an upsert for systems that only push; with it, nothing is written over a change the caller has not seen.</summary>
    private static async Task<IResult> PutAsync(string externalId, JsonElement body, HttpContext http, Customers customers, Texts texts, CancellationToken cancellationToken)
    {
        long? ifVersion = null;
        if (http.Request.Headers.IfMatch.Count > 0)
        {
            var read = http.ReadIfMatch();
            if (read.Refusal is { } refusal)
                return refusal.ToProblem(texts);
            ifVersion = read.Value;
        }
        var outcome = await customers.UpsertAsync(externalId, body, ifVersion, Actor.From(http.User), cancellationToken);
        return outcome.ToResult(texts, result =>
        {
            http.SetETag(result.Version);
            return result.Outcome == UpsertOutcome.Created ? TypedResults.Created($"/api/v1/customers/{Uri.EscapeDataString(externalId)}", result) : TypedResults.Ok(result);
        });
    }

    private static async Task<IResult> RevealAsync(string externalId, RevealBody body, ClaimsPrincipal user, Customers customers, Texts texts, CancellationToken cancellationToken) =>
        AddressSlot.Find(body.Channel) is { } slot
            ? (await customers.RevealAsync(externalId, slot, body.Reason, Actor.From(user), cancellationToken)).ToResult(texts, address => TypedResults.Ok(new { address }))
            : Refusal.Invalid(new FieldProblem("channel", "audience.field.channel-unknown", body.Channel)).ToProblem(texts);
}
