using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;

namespace Orchestrator.Console.Tests;

public sealed class ProofTests(ConsoleFixture console)
{
    private static readonly byte[] Photo = [0x89, 0x50, 0x4E, 0x47, .. Encoding.UTF8.GetBytes("poster at the branch")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Database Database => console.Services.GetRequiredService<Database>();

    [Fact]
    public async Task Manual_work_is_proved_by_uploading_a_file_and_the_server_computes_its_hash()
    {
        var task = await ManualTaskAsync((await console.RunningAsync()).Id);
        await using var session = await console.OpenAsync("linxia");
        await session.GoAsync($"/tasks/{task}");
        await session.CheckAsync();

        // A kind that is not taken is refused at its field.
        await session.Page.SetInputFilesAsync("input[name='data.files']", new FilePayload { Name = "proof.exe", MimeType = "application/x-msdownload", Buffer = [0x4D, 0x5A] });
        await session.Page.ClickAsync("form:has([name='data.files']) button.btn-primary");
        await session.Page.WaitForSelectorAsync("[name='data.files'][aria-invalid=true]");

        // What was stored stays when something else is missing.
        await session.Page.SetInputFilesAsync("input[name='data.files'][type=file]", new FilePayload { Name = "网点照片.png", MimeType = "image/png", Buffer = Photo });
        await session.Page.ClickAsync("form:has([name='data.files']) button.btn-primary");
        await session.Page.WaitForSelectorAsync("[name='data.doneBy'][aria-invalid=true]");
        await session.Page.WaitForSelectorAsync(".file-kept a");
        await session.CheckAsync();
        await session.Page.FillAsync("[name='data.doneBy']", "南京西路网点 王");
        await session.Page.FillAsync("[name='data.doneAt']", "2026-12-05");
        await session.Page.ClickAsync("form:has([name='data.files']) button.btn-primary");
        await session.Page.WaitForURLAsync("**/inbox");

        var hash = Convert.ToHexStringLower(SHA256.HashData(Photo));
        var stored = await Database.ReadAsync((db, token) => db.Tasks.SingleAsync(row => row.Id == task, token), Token);
        Assert.Equal(TaskState.Done, stored.State);
        Assert.Contains(hash, stored.DataJson!, StringComparison.Ordinal);
        Assert.Equal(Photo, (await Database.ReadAsync((db, token) => db.Files.SingleAsync(row => row.Sha256 == hash, token), Token)).Bytes);
        await session.GoAsync($"/tasks/{task}");
        Assert.Equal(1, await session.Page.Locator($"a[href='/console/files/{hash}']").CountAsync());
    }

    /// <summary>As a manual channel makes it.</summary>
    private Task<Guid> ManualTaskAsync(Guid campaign) => Database.WriteAsync(
        (tx, _) =>
        {
            var now = console.Services.GetRequiredService<BusinessClock>().GetUtcNow();
            var task = new ProcessTask
            {
                Id = Guid.CreateVersion7(now), CampaignId = campaign, EngineTaskId = "manual-work:0:0", ElementId = "manual-work", StageId = "monitoring", NameZh = "网点触达", NameEn = "Branch work",
                FormId = "manual-work", CandidateRoles = ["owner"], Due = now.AddDays(2), CreatedAt = now,
            };
            tx.Db.Add(task);
            tx.Db.Add(new ManualBrief { TaskId = task.Id, Place = "branch", Instructions = "贴海报", Proof = "照片" });
            return Task.FromResult(task.Id);
        },
        Token);
}
