using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Scheduling;

/// <summary>The real program, killed with -9: what was to happen meanwhile happens once, what was begun is finished.</summary>
public sealed class KilledHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_timer_that_was_due_while_the_process_was_down_fires_once_after_the_start(DatabaseDialect dialect)
    {
        var campaign = Guid.Empty;
        await using var host = await HostProcess.PrepareAsync(dialect, async services =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var actor = new Actor(null, "lin", "Lin", new HashSet<string> { Role.Owner });
            campaign = (await services.GetRequiredService<CampaignDesk>().CreateAsync(DemoBrief.For(DemoBrief.FirstDayAfter(DateOnly.FromDateTime(now.UtcDateTime))), null, actor, Token)).Value.Id;
        });
        await host.StartAsync();
        await host.KillAsync();
        // The moment passes while nothing runs.
        await host.InProcessAsync(services => services.GetRequiredService<Database>().WriteAsync(
            (tx, token) => tx.Db.ScheduledWork.Where(row => row.Kind == "task-notice" && row.Key.EndsWith(":overdue") && row.State == WorkState.Due)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Due, TimeProvider.System.GetUtcNow().AddMinutes(-1)), token),
            Token));
        await host.InProcessAsync(async services => Assert.Equal(0, await FiredAsync(services, campaign)));

        await host.StartAsync();
        await Task.Delay(3_000, Token);   // time for it to fire, and to fire again if it could
        await host.KillAsync();
        await host.StartAsync();
        await Task.Delay(3_000, Token);
        await host.KillAsync();

        await host.InProcessAsync(async services => Assert.Equal(1, await FiredAsync(services, campaign)));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_import_that_was_killed_half_way_goes_on_and_takes_everybody_once(DatabaseDialect dialect)
    {
        const int Rows = 20_000;
        await using var host = await HostProcess.PrepareAsync(dialect, async services =>
            _ = (await services.GetRequiredService<Users>().CreateAsync(new NewUser("gong", "gong", null, null, null, TestHost.Password, [Role.Platform]), Actor.System, Token)).Value);
        await host.StartAsync();
        Guid import;
        using (var client = await host.SignInAsync("gong"))
        {
            import = (await UploadAsync(client, Rows)).GetProperty("id").GetGuid();
            await Eventually.HoldsAsync(async () => Applied(await ImportAsync(client, import)) > 0, "the import is under way", 60);
        }
        await host.KillAsync();
        await host.InProcessAsync(async services =>
        {
            var stored = await services.GetRequiredService<Database>().ReadAsync((db, token) => db.Customers.CountAsync(token), Token);
            Assert.InRange(stored, 1, Rows);
        });

        await host.StartAsync();
        using (var client = await host.SignInAsync("gong"))
        {
            await Eventually.HoldsAsync(async () => (await ImportAsync(client, import)).GetProperty("state").GetString() == "done", "the import is finished", 120);
            var again = (await UploadAsync(client, Rows)).GetProperty("id").GetGuid();
            await Eventually.HoldsAsync(async () => (await ImportAsync(client, again)).GetProperty("state").GetString() == "done", "the second import is finished", 120);
            Assert.Equal(Rows, (await ImportAsync(client, again)).GetProperty("unchanged").GetInt32());
        }
        await host.KillAsync();
        await host.InProcessAsync(async services => Assert.Equal(Rows, await services.GetRequiredService<Database>().ReadAsync((db, token) => db.Customers.CountAsync(token), Token)));
    }

    private static Task<int> FiredAsync(IServiceProvider services, Guid campaign)
    {
        var chain = AuditChain.ForCampaign(campaign);
        return services.GetRequiredService<Database>().ReadAsync((db, token) => db.AuditEvents.CountAsync(row => row.Chain == chain && row.Type == "task-overdue", token), Token);
    }

    private static async Task<JsonElement> UploadAsync(HttpClient client, int rows)
    {
        var csv = new StringBuilder("external_id,phone\n");
        for (var i = 0; i < rows; i++)
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"c-{i},138{i:D8}\n");
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString()));
        content.Headers.ContentType = new("text/csv");
        using var reply = await client.PostAsync("/api/v1/customer-imports?fileName=customers.csv", content, Token);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Token));
        return await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private static async Task<JsonElement> ImportAsync(HttpClient client, Guid id) => await client.GetFromJsonAsync<JsonElement>($"/api/v1/customer-imports/{id}", Token);

    private static int Applied(JsonElement import) => import.GetProperty("created").GetInt32();
}
