using System.Diagnostics;
using System.Globalization;
using System.Text;
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

/// <summary>
/// Messages per second from a frozen audience to a loopback HTTP sink with everything on: rendering, every send check, caps, leases, durable status
/// in PostgreSQL. Beside it a bare HttpClient loop without a database.
/// </summary>
internal static class SendingBenchmark
{
    private const int InFlight = 64;
    private static readonly Actor Somebody = new(null, "bench", "Bench", new HashSet<string>());
    private static readonly Actor Second = new(null, "second", "Second", new HashSet<string>());
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        var recipients = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200_000;
        var server = Environment.GetEnvironmentVariable("ORCHESTRATOR_TEST_POSTGRES");
        if (server is null)
        {
            Console.Error.WriteLine("Set ORCHESTRATOR_TEST_POSTGRES to the connection string of a PostgreSQL server where databases may be created.");
            return 2;
        }
        await using var sink = await HttpSink.StartAsync();
        var ceiling = await BareAsync(sink.Address, Math.Min(recipients, 50_000));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare HttpClient loop, {InFlight} in flight, no database: {ceiling:N0} messages/s"));
        await SendAsync(server, sink, recipients);
        return 0;
    }

    private static async Task SendAsync(string server, HttpSink sink, int recipients)
    {
        var name = $"bench_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        var database = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
        var directory = Directory.CreateTempSubdirectory("orchestrator-bench-").FullName;
        await using (var app = OrchestratorApp.Create(["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Logging:LogLevel:Default=Error", "--Orchestrator:SeedDemo=false", $"--Orchestrator:DataDirectory={directory}/data", $"--Orchestrator:PostgreSql={database}"]))
        {
            app.Services.GetRequiredService<BusinessClock>().FreezeAt(Noon);
            await app.InitialiseAsync(CancellationToken.None);
            await AddCustomersAsync(app, database, recipients);
            await AddAccountAsync(app, sink.Address);
            await app.StartAsync();
            // Round 0 meets a database without statistics and cold code; the later ones are warm.
            for (var round = 0; round < 3; round++)
                await RoundAsync(app, sink, round);
            await app.StopAsync();
        }
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
        Directory.Delete(directory, recursive: true);
    }

    private static async Task RoundAsync(WebApplication app, HttpSink sink, int round)
    {
        var clock = app.Services.GetRequiredService<BusinessClock>();
        var before = sink.Received;
        var id = await LaunchAsync(app, clock.GetUtcNow());
        var started = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        clock.Advance(TimeSpan.FromSeconds(2));
        var queries = app.Services.GetRequiredService<LedgerQueries>();
        while ((await queries.ReachoutsAsync(id, CancellationToken.None)).Single().State != ReachoutState.Completed)
        {
            await Task.Delay(50);
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(10))
                break;
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var sent = sink.Received - before;
        var counts = await queries.CountsAsync(id, CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}{(round == 0 ? " (fresh database)" : "")}: {sent:N0} sent in {seconds:N1} s = {sent / seconds:N0} messages/s, {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Math.Max(1, sent):N0} µs CPU each (sink included); {string.Join(", ", counts.GroupBy(row => row.State).Select(group => $"{group.Key} {group.Sum(row => row.Count):N0}"))}; {Process.GetCurrentProcess().PeakWorkingSet64 / 1_048_576:N0} MB peak"));
        clock.Advance(TimeSpan.FromDays(1));
    }

    private static async Task<double> BareAsync(Uri address, int messages)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = InFlight });
        await LoopAsync(http, address, 5_000);
        var started = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        await LoopAsync(http, address, messages);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare loop: {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / messages:N0} µs CPU each (sink included)"));
        return messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task LoopAsync(HttpClient http, Uri address, int messages)
    {
        var left = messages;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var content = new StringContent("""{"id":"1.1.0-1","to":"+8613800000009","text":"【禾光消费金融】尾号0009的客户您好,会员日12月8日开始。"}""", Encoding.UTF8, "application/json");
                using var reply = await http.PostAsync(address, content);
                await reply.Content.ReadAsByteArrayAsync();
            }
        }));
    }

    private static async Task AddCustomersAsync(WebApplication app, string database, int count)
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

    private static async Task AddAccountAsync(WebApplication app, Uri sink)
    {
        var accounts = app.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse($$$"""
            {"request":{"url":"{{{sink}}}","body":"{\"id\":\"${echo}\",\"to\":\"${phone}\",\"text\":\"${text}\"}"},"reply":{"code":"code","accepted":["0"]},"callback":{"secret":"benchmark-callback-secret"},"concurrency":{{{InFlight}}}}
            """);
        var account = (await accounts.CreateAsync(new AccountCommand("sink", "http-gateway", settings.RootElement) { SignatureZh = "【禾光消费金融】" }, Somebody, CancellationToken.None)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, Somebody, CancellationToken.None)).Value;
        _ = (await accounts.ApproveLiveAsync(account.Id, Second, CancellationToken.None)).Value;
    }

    private static async Task<Guid> LaunchAsync(WebApplication app, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now.AddSeconds(1), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var day = DateOnly.FromDateTime(local.DateTime);
        var brief = new Brief
        {
            Name = "Benchmark", Objective = "transact", Form = "periodic", Source = "business-plan", Goal = new Goal { Metric = "reborrowers", MetricName = "x", Target = 1 },
            Window = new DateWindow(day, day), Product = new ProductTerms { Code = "P", Name = "Loan", MinAnnualRate = 7.2m, MaxAnnualRate = 19.8m },
            Audience = new AudienceRule { Rule = "true", Exclusion = "converted" },
            Phases = [new Phase { Key = "burst", Name = "Burst", Date = day, Time = TimeOnly.FromDateTime(local.DateTime), Channels = ["sms"], Texts = [new MessageText { Channel = "sms", Language = "zh-CN", Body = "{{sig}}尾号{{tail}}的客户您好,会员日{{start}}开始,老客可在APP领取首期利息8折券。请理性借贷。{{rate}}{{out}}" }] }],
        };
        var id = Guid.CreateVersion7(now);
        await app.Services.GetRequiredService<Database>().WriteAsync(
            async (tx, token) =>
            {
                var campaign = new Campaign { Id = id, Code = $"B-{id:N}"[..24], Name = "Benchmark", Owner = "bench", Status = CampaignStatus.Running, Objective = "transact", Form = "periodic", BriefJson = BriefJsonText.Write(brief), PackageHash = "p", ApprovedHash = "p", WindowStart = day, WindowEnd = day, CreatedAt = now, UpdatedAt = now };
                tx.Db.Add(campaign);
                await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO audience_members (campaign_id, customer_no, arm, rank) SELECT {id}, customer_no, 'Treated', customer_no FROM customers", token);
                await app.Services.GetRequiredService<ReachoutPlans>().ScheduleAsync(tx, campaign, brief, "p", Somebody, token);
            },
            CancellationToken.None);
        return id;
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
