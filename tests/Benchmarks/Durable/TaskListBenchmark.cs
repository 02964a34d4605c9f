using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;

namespace Orchestrator.Benchmarks.Durable;

/// <summary>
/// A person completes a task, another looks at their list until the next task stands there: the whole way through desk, audit chain and inbox,
/// beside many open tasks of other campaigns.
/// </summary>
internal static class TaskListBenchmark
{
    private const int Rounds = 300;
    private static readonly Actor Risk = new(null, "bench-risk", "Risk", new HashSet<string> { Role.Risk });
    private static readonly Actor Compliance = new(null, "bench-compliance", "Compliance", new HashSet<string> { Role.Compliance });

    public static async Task RunAsync(WebApplication app, string database, Guid sop, int openTasks)
    {
        var campaign = await StartAsync(app, sop);
        await FillAsync(database, campaign, openTasks);
        var (desk, inbox) = (app.Services.GetRequiredService<TaskDesk>(), app.Services.GetRequiredService<Inbox>());
        var (visible, acknowledged, lists) = (new List<double>(), new List<double>(), new List<double>());
        var (me, you) = (Risk, Compliance);
        for (var round = 0; round < Rounds + 20; round++)
        {
            var task = await FindAsync(inbox, me, campaign) ?? throw new InvalidOperationException("The task is not in its list.");
            var started = Stopwatch.GetTimestamp();
            _ = (await desk.CompleteAsync(task.Id, new CompletionRequest(null), me, CancellationToken.None)).Value;
            var answered = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            TaskView? next;
            do
            {
                var asked = Stopwatch.GetTimestamp();
                next = await FindAsync(inbox, you, campaign);
                lists.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            while (next is null);
            if (round >= 20)
            {
                visible.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                acknowledged.Add(answered);
            }
            (me, you) = (you, me);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"task lists with {openTasks:N0} open tasks, {Rounds} completions one after the other:"));
        Show("completion acknowledged", acknowledged);
        Show("completion to visible in the next list", visible);
        Show("reading one list (200 entries)", lists);
    }

    private static void Show(string what, List<double> times)
    {
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-40} p50 {DurableBenchmark.At(times, 0.5),6:N1} ms   p95 {DurableBenchmark.At(times, 0.95),6:N1} ms   p99 {DurableBenchmark.At(times, 0.99),6:N1} ms"));
    }

    private static async Task<TaskView?> FindAsync(Inbox inbox, Actor actor, Guid campaign) =>
        (await inbox.OpenAsync(actor, CancellationToken.None)).FirstOrDefault(task => task.CampaignId == campaign);

    private static async Task<Guid> StartAsync(WebApplication app, Guid sop)
    {
        var now = app.Services.GetRequiredService<BusinessClock>().GetUtcNow();
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var brief = new Brief
        {
            Name = "Benchmark", Objective = "transact", Form = "periodic", Source = "business-plan", Goal = new Goal { Metric = "reborrowers", MetricName = "x", Target = 1 },
            Window = new DateWindow(day, day), Product = new ProductTerms { Code = "P", Name = "Loan", MinAnnualRate = 7.2m, MaxAnnualRate = 19.8m },
            Audience = new AudienceRule { Rule = "true", Exclusion = "converted" },
        };
        var id = Guid.CreateVersion7(now);
        await app.Services.GetRequiredService<Database>().WriteAsync(
            async (tx, token) =>
            {
                var campaign = new Campaign { Id = id, Code = "B-1", Name = "Benchmark", Owner = "bench", SopVersionId = sop, Status = CampaignStatus.Running, Objective = "transact", Form = "periodic", BriefJson = BriefJsonText.Write(brief), PackageHash = "p", WindowStart = day, WindowEnd = day, CreatedAt = now, UpdatedAt = now };
                tx.Db.Add(campaign);
                _ = (await app.Services.GetRequiredService<ProcessHost>().StartAsync(tx, campaign, Actor.System, token)).Value;
            },
            CancellationToken.None);
        return id;
    }

    // Other campaigns' tasks, half for each desk, due in the coming weeks.
    private static async Task FillAsync(string database, Guid campaign, int count)
    {
        await DurableBenchmark.ExecuteAsync(database, string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO campaigns SELECT (jsonb_populate_record(c, jsonb_build_object('id', md5('c' || n)::uuid, 'code', 'X-' || n))).* FROM campaigns c, generate_series(1, 1000) n WHERE c.id = '{campaign}';
            INSERT INTO tasks SELECT (jsonb_populate_record(t, jsonb_build_object('id', md5('t' || n)::uuid, 'campaign_id', md5('c' || (n % 1000 + 1))::uuid, 'engine_task_id', 'x' || n, 'due', t.due + 86400000 + n * 10000, 'candidate_roles', CASE n % 2 WHEN 0 THEN ARRAY['risk'] ELSE ARRAY['compliance'] END))).*
            FROM tasks t, generate_series(1, {count}) n WHERE t.campaign_id = '{campaign}';
            ANALYZE;
            """));
    }
}
