using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Benchmarks.Audiences;

/// <summary>Customers imported per second, new and unchanged, and customers held against the demo's rule per second.</summary>
internal static class AudienceBenchmark
{
    /// <param name="args"><c>[customers] [PostgreSQL connection string]</c>; default 1,000,000 on SQLite.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var directory = Directory.CreateTempSubdirectory("orchestrator-bench-").FullName;
        try
        {
            string[] settings = ["--environment", "Development", "--Logging:LogLevel:Default=Warning", "--Orchestrator:SeedDemo=false", $"--Orchestrator:DataDirectory={directory}/data"];
            await using var app = OrchestratorApp.Create(args.Length > 1 ? [.. settings, $"--Orchestrator:PostgreSql={args[1]}"] : settings);
            await app.InitialiseAsync(CancellationToken.None);
            var file = Path.Combine(directory, "customers.csv");
            WriteFile(file, count);
            await ImportAsync(app, file, "new", count);
            await ImportAsync(app, file, "unchanged", count);
            await CountAsync(app, count);
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ImportAsync(WebApplication app, string file, string what, int count)
    {
        var (receiver, applier) = (app.Services.GetRequiredService<ImportReceiver>(), app.Services.GetRequiredService<ImportApplier>());
        await using var stream = File.OpenRead(file);
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        var import = await receiver.ReceiveAsync(stream, "customers.csv", null, Actor.System, CancellationToken.None);
        var checkedAfter = clock.Elapsed;
        var payload = new ImportPayload(import.Id, "bench");
        while (!await applier.ApplyNextAsync(payload, CancellationToken.None))
        {
        }
        var done = await app.Services.GetRequiredService<Database>().ReadAsync((db, token) => db.CustomerImports.SingleAsync(row => row.Id == import.Id, token), CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"import {what,-10} {count / clock.Elapsed.TotalSeconds,10:N0} rows/s  ({clock.Elapsed.TotalSeconds:N1} s, of it checking {checkedAfter.TotalSeconds:N1} s, CPU {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:N1} s; created {done.Created}, unchanged {done.Unchanged}, rejected {done.Rejected})"));
    }

    private static async Task CountAsync(WebApplication app, int count)
    {
        var segments = app.Services.GetRequiredService<Segments>();
        for (var round = 1; round <= 3; round++)
        {
            var clock = Stopwatch.StartNew();
            var cpu = Environment.CpuUsage.TotalTime;
            var result = (await segments.CountAsync(DemoCampaign.Rule, CancellationToken.None)).Value;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"segment count {round}    {count / clock.Elapsed.TotalSeconds,10:N0} customers/s  ({clock.Elapsed.TotalSeconds:N2} s, CPU {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:N2} s; scanned {result.Scanned}, matched {result.Matched})"));
        }
    }

    private static void WriteFile(string path, int count)
    {
        var customers = DemoCustomers.Generate(new DateOnly(2026, 11, 23));
        string[] names = ["age", "student", "risk_grade", "credit_status", "credit_limit", "available_limit", "annual_rate", "balance", "loans_count", "days_since_last_loan", "overdue_days", "max_overdue_days_12m", "lender_count", "next_due_date", "app_last_active_days", "profiling_consent", "open_complaint", "lifecycle"];
        using var writer = new StreamWriter(path, false, new UTF8Encoding(false));
        writer.WriteLine($"external_id,phone,email,language,time_zone,sms_consent,consent_at,{string.Join(',', names)}");
        for (var i = 0; i < count; i++)
        {
            var customer = customers[i % customers.Count];
            var attributes = customer.Attributes();
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"B{i:D8},+86142{i:D8},b{i}@example.com,{customer.Language},{customer.TimeZone},{(customer.SmsConsent ? "1" : "")},2026-01-02T03:04:05Z"));
            foreach (var name in names)
                writer.Write(attributes.TryGetValue(name, out var value) ? "," + (value is DateOnly day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture)) : ",");
            writer.WriteLine();
        }
    }
}
