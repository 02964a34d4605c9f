using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Channels;
using Orchestrator.Host;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>The whole program in this process on a database of its own, with customers, an account and campaigns whose send is measured.</summary>
internal sealed class SendingBed : IAsyncDisposable
{
    private static readonly Actor Somebody = new(null, "bench", "Bench", new HashSet<string>());
    private static readonly Actor Second = new(null, "second", "Second", new HashSet<string>());
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly WebApplication app;
    private readonly string database;
    private readonly string directory;

    private int? server;

    private SendingBed(WebApplication app, string database, string directory) => (this.app, this.database, this.directory) = (app, database, directory);

    private BusinessClock Clock => app.Services.GetRequiredService<BusinessClock>();

    /// <param name="database">Connection string of a database, which may have been used by another node.</param>
    /// <param name="customise">Replaces services.</param>
    public static async Task<SendingBed> StartAsync(string database, Action<IServiceCollection>? customise = null)
    {
        var directory = Directory.CreateTempSubdirectory("orchestrator-bench-").FullName;
        Environment.SetEnvironmentVariable(MasterKey.Variable, "VGhlIG1hc3RlciBrZXkgb2YgdGhlIGJlbmNobWFya3M=");
        var app = OrchestratorApp.Create(
            ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Logging:LogLevel:Default=Error", "--Orchestrator:SeedDemo=false", $"--Orchestrator:DataDirectory={directory}/data", $"--Orchestrator:PostgreSql={database}"],
            builder => customise?.Invoke(builder.Services));
        app.Services.GetRequiredService<BusinessClock>().FreezeAt(Noon);
        await app.InitialiseAsync(CancellationToken.None);
        await app.StartAsync();
        return new SendingBed(app, database, directory) { server = await PostmasterAsync(database) };
    }

    /// <summary>One campaign from its time to its completion: planning, sending, settling.</summary>
    /// <param name="recipients">The first so many customers.</param>
    /// <param name="others">Further nodes on the same database, whose clocks follow.</param>
    public async Task<Figure> SendAsync(int recipients, params IReadOnlyList<SendingBed> others)
    {
        var id = await LaunchAsync(recipients);
        var (timer, started) = (RunTimer.Start(server), Stopwatch.GetTimestamp());
        foreach (var bed in others.Append(this))
            bed.Clock.Advance(TimeSpan.FromSeconds(2));
        var queries = app.Services.GetRequiredService<LedgerQueries>();
        for (var look = 1; (await queries.ReachoutsAsync(id, CancellationToken.None)).Single().State != ReachoutState.Completed; look++)
        {
            await Task.Delay(50);
            // Whatever is tried again is tried again by the business clock. Every move of it makes all schedulers look, so it moves once a second.
            foreach (var bed in look % 20 == 0 ? others.Append(this) : [])
                bed.Clock.Advance(TimeSpan.FromSeconds(1));
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(15))
                throw new InvalidOperationException($"Not finished: {await DescribeAsync(id)}");
        }
        var figure = timer.Stop(recipients);
        var counts = await queries.CountsAsync(id, CancellationToken.None);
        if (counts.Where(row => row.State is MessageState.Accepted or MessageState.Delivered).Sum(row => row.Count) != recipients)
            throw new InvalidOperationException($"Not everybody was sent to: {await DescribeAsync(id)}");
        foreach (var bed in others.Append(this))
            bed.Clock.Advance(TimeSpan.FromDays(1));
        return figure;
    }

    /// <summary>Sets this node's business clock by another's.</summary>
    public void Follow(SendingBed other) => Clock.FreezeAt(other.Clock.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<string> DescribeAsync(Guid campaign)
    {
        var counts = await app.Services.GetRequiredService<LedgerQueries>().CountsAsync(campaign, CancellationToken.None);
        var errors = await app.Services.GetRequiredService<Database>().ReadAsync((db, token) => db.ScheduledWork.Where(row => row.LastError != null).Select(row => row.LastError).Distinct().Take(3).ToListAsync(token), CancellationToken.None);
        return string.Join(", ", counts.Select(row => $"{row.State}/{row.Reason} {row.Count}")) + " " + string.Join(" | ", errors);
    }

    private static async Task<int?> PostmasterAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int", connection);
        return (int?)await command.ExecuteScalarAsync();
    }

    public async Task AddCustomersAsync(int count)
    {
        var addresses = app.Services.GetRequiredService<CustomerAddresses>();
        var consent = new ConsentSet(0).With(ChannelKind.Sms, Purpose.Marketing, true).Bits;
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var copy = await connection.BeginBinaryImportAsync("COPY customers (external_id, attributes, language, time_zone, phone, phone_hash, consent_bits, version, created_at, updated_at) FROM STDIN (FORMAT BINARY)");
        for (var i = 0; i < count; i++)
        {
            var (id, phone) = ($"K{i:D8}", $"+8613{i:D9}");
            await copy.StartRowAsync();
            await copy.WriteAsync(id, NpgsqlDbType.Text);
            await copy.WriteAsync("""{"overdue_days":0}""", NpgsqlDbType.Text);
            await copy.WriteAsync("zh-CN", NpgsqlDbType.Text);
            await copy.WriteAsync("Asia/Shanghai", NpgsqlDbType.Text);
            await copy.WriteAsync(addresses.Seal(id, ChannelKind.Sms, phone)!, NpgsqlDbType.Text);
            await copy.WriteAsync(addresses.Hash(ChannelKind.Sms, phone), NpgsqlDbType.Text);
            await copy.WriteAsync(consent, NpgsqlDbType.Integer);
            await copy.WriteAsync(1L, NpgsqlDbType.Bigint);
            await copy.WriteAsync(0L, NpgsqlDbType.Bigint);
            await copy.WriteAsync(0L, NpgsqlDbType.Bigint);
        }
        await copy.CompleteAsync();
    }

    /// <param name="sink">Null: the account stays in sandbox and its messages go to the outbox that the installation was given.</param>
    public async Task AddAccountAsync(Uri? sink, int inFlight)
    {
        var accounts = app.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse($$$"""
            {"request":{"url":"{{{sink ?? new Uri("https://sink.example/")}}}","body":"{\"id\":\"${echo}\",\"to\":\"${phone}\",\"text\":\"${text}\"}"},"reply":{"code":"code","accepted":["0"]},"callback":{"secret":"benchmark-callback-secret"},"concurrency":{{{inFlight}}}}
            """);
        var account = (await accounts.CreateAsync(new AccountCommand("sink", "http-gateway", settings.RootElement) { SignatureZh = "【禾光消费金融】", Price = 0.04m }, Somebody, CancellationToken.None)).Value;
        if (sink is null)
            return;
        _ = (await accounts.RequestLiveAsync(account.Id, Somebody, CancellationToken.None)).Value;
        _ = (await accounts.ApproveLiveAsync(account.Id, Second, CancellationToken.None)).Value;
    }

    private async Task<Guid> LaunchAsync(int recipients)
    {
        var now = Clock.GetUtcNow();
        var local = TimeZoneInfo.ConvertTime(now.AddSeconds(1), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var day = DateOnly.FromDateTime(local.DateTime);
        var brief = new Brief
        {
            Name = "Benchmark", Objective = "transact", Form = "periodic", Source = "business-plan", Goal = new Goal { Metric = "reborrowers", MetricName = "x", Target = 1 },
            Window = new DateWindow(day, day), Product = new ProductTerms { Code = "P", Name = "Loan", MinAnnualRate = 7.2m, MaxAnnualRate = 19.8m },
            Audience = new AudienceRule { Rule = "true", Exclusion = "converted or overdue_days > 0" },
            Budget = new Budget { Messages = 1_000_000m },
            Limits = new Limits { PerCustomerPerDay = 100, PerCustomerPer30Days = 1_000 },
            Phases = [new Phase { Key = "burst", Name = "Burst", Date = day, Time = TimeOnly.FromDateTime(local.DateTime), Channels = ["sms"], Texts = [new MessageText { Channel = "sms", Language = "zh-CN", Body = "{{sig}}尾号{{tail}}的客户您好,会员日{{start}}开始,老客可在APP领取首期利息8折券。请理性借贷。{{rate}}{{out}}" }] }],
        };
        var id = Guid.CreateVersion7(now);
        await app.Services.GetRequiredService<Database>().WriteAsync(
            async (tx, token) =>
            {
                var campaign = new Campaign { Id = id, Code = $"B-{id:N}"[..24], Name = "Benchmark", Owner = "bench", Status = CampaignStatus.Running, Objective = "transact", Form = "periodic", BriefJson = BriefJsonText.Write(brief), PackageHash = "p", ApprovedHash = "p", WindowStart = day, WindowEnd = day, CreatedAt = now, UpdatedAt = now };
                tx.Db.Add(campaign);
                await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO audience_members (campaign_id, customer_no, arm, rank) SELECT {id}, customer_no, 'Treated', customer_no FROM customers WHERE customer_no <= {recipients}", token);
                await app.Services.GetRequiredService<ReachoutPlans>().ScheduleAsync(tx, campaign, brief, "p", Somebody, token);
            },
            CancellationToken.None);
        return id;
    }
}
