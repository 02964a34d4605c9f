using Orchestrator.Channels;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

public sealed record TestSendRequest(Guid CampaignId, string Phase, string Language = "zh-CN");

internal static class AccountEndpoints
{
    private const int OutboxLimit = 200;

    extension(RouteGroupBuilder api)
    {
        public void MapChannelAccounts()
        {
            api.MapGet("/channel-providers", () => Results.Ok(ChannelProviders.All.Select(provider => new
            {
                provider.Name,
                kind = ChannelNames.Of(provider.Kind),
                provider.LabelEn,
                provider.LabelZh,
                provider.Limits,
                provider.Settings,
            }))).RequireRole(Role.Platform, Role.Admin).WithName("ListChannelProviders");
            var accounts = api.MapGroup("/channel-accounts");
            accounts.MapGet("", async (ChannelAccounts service, CancellationToken token) => (await service.ListAsync(token)).Select(service.View)).RequireRole(Role.Platform, Role.Compliance, Role.Admin).WithName("ListChannelAccounts");
            accounts.MapGet("/{id:guid}", GetAsync).RequireRole(Role.Platform, Role.Compliance, Role.Admin).WithName("GetChannelAccount");
            accounts.MapPost("", async (AccountCommand body, ChannelAccounts service, Actor actor, Texts texts, CancellationToken token) =>
                (await service.CreateAsync(body, actor, token)).ToResult(texts, account => TypedResults.Created($"/api/v1/channel-accounts/{account.Id}", service.View(account)))).RequireRole(Role.Platform).WithName("CreateChannelAccount");
            accounts.MapPut("/{id:guid}", ChangeAsync).RequireRole(Role.Platform).WithName("ChangeChannelAccount");
            accounts.MapPost("/{id:guid}/live-request", async (Guid id, ChannelAccounts service, Actor actor, Texts texts, CancellationToken token) =>
                (await service.RequestLiveAsync(id, actor, token)).ToResult(texts, account => TypedResults.Ok(service.View(account)))).RequireRole(Role.Platform).WithName("RequestLive");
            accounts.MapPost("/{id:guid}/live-approval", async (Guid id, ChannelAccounts service, Actor actor, Texts texts, CancellationToken token) =>
                (await service.ApproveLiveAsync(id, actor, token)).ToResult(texts, account => TypedResults.Ok(service.View(account)))).RequireRole(Role.Platform, Role.Compliance).WithName("ApproveLive");
            accounts.MapPost("/{id:guid}/sandbox", async (Guid id, AccountSwitch change, ChannelAccounts service, Actor actor, Texts texts, CancellationToken token) =>
                (await change.ToSandboxAsync(id, actor, token)).ToResult(texts, switched => Switched(service, switched))).RequireRole(Role.Platform, Role.Compliance).WithName("BackToSandbox");
            accounts.MapPost("/{id:guid}/test-sends", async (Guid id, TestSendRequest body, TestSends sends, Actor actor, Texts texts, CancellationToken token) =>
                (await sends.SendAsync(id, body.CampaignId, new TestMessage(body.Phase, Language: body.Language), actor, token)).ToResult(texts)).RequireRole(Role.Platform, Role.Owner).WithName("TestSend");
            api.MapGet("/sandbox-messages", OutboxAsync).RequireRole(Role.Owner, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Admin).WithName("ListSandboxMessages");
        }
    }

    /// <summary>200 when nothing is in flight through the account any more, else 202 with the count that still is.</summary>
    private static IResult Switched(ChannelAccounts service, SwitchedAccount switched)
    {
        var view = service.View(switched.Account) with { InFlight = switched.Barrier.InFlight };
        return switched.Barrier.IsComplete ? TypedResults.Ok(view) : TypedResults.Accepted((string?)null, view);
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, ChannelAccounts service, Texts texts, CancellationToken cancellationToken)
    {
        if (await service.FindAsync(id, cancellationToken) is not { } account)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        http.SetETag(account.Version);
        return TypedResults.Ok(service.View(account));
    }

    private static async Task<IResult> ChangeAsync(Guid id, AccountCommand body, HttpContext http, ChannelAccounts service, AccountSwitch change, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var version = http.ReadIfMatch();
        if (version.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        var changed = await service.ChangeAsync(id, version.Value, body, actor, cancellationToken);
        if (changed.Refusal is { } refused)
            return refused.ToProblem(texts);
        http.SetETag(changed.Value.Version);
        return Switched(service, await change.PassAsync(changed.Value, cancellationToken));
    }

    private static async Task<IResult> OutboxAsync(string? channel, long? occurrence, SandboxOutbox outbox, CancellationToken cancellationToken)
    {
        var kind = channel is null ? null : ChannelNames.TryParse(channel);
        return TypedResults.Ok((await outbox.ListAsync(occurrence, kind, OutboxLimit, cancellationToken)).Select(row =>
            new { row.Echo, row.Provider, channel = ChannelNames.Of(row.Kind), to = row.Masked, row.Title, row.Text, row.Html, row.Language, row.At }));
    }
}
