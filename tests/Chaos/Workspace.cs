using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Simulators;

namespace Orchestrator.Chaos;

/// <summary>What the run works on: customers, one live gateway account, and two campaigns that compete for the same customers' one message a day. The second has little money: it runs out within the run.</summary>
internal sealed class Workspace(IServiceProvider services)
{
    public const string PackageHash = "approved-package";
    public const string TickKind = "settle-unknown";
    public const string TickKey = "chaos-tick";
    public const string Uncapped = "uncapped";
    private static readonly Actor Owner = new(null, "lin", "Lin", new HashSet<string> { Role.Owner });
    private static readonly Actor Second = new(null, "wu", "Wu", new HashSet<string> { Role.Risk });

    private Database Database => services.GetRequiredService<Database>();

    private BusinessClock Clock => services.GetRequiredService<BusinessClock>();

    /// <summary>Seeds an empty database with the program's own code, then leaves it to the nodes.</summary>
    public static async Task SeedAsync(string directory, string postgres, SimulatorHost simulator, LoadBalancer balancer, ChaosOptions options)
    {
        await using var app = OrchestratorApp.Create(
        [
            "--urls", "http://127.0.0.1:0", "--environment", "Development", "--Logging:LogLevel:Default=Warning", "--Orchestrator:SeedDemo=false", "--Orchestrator:NodeName=seed",
            "--Orchestrator:NodeLeaseSeconds=2", $"--Orchestrator:DataDirectory={directory}/seed", $"--Orchestrator:PostgreSql={postgres}", $"--Orchestrator:PublicUrl={balancer.Address}",
        ]);
        await app.InitialiseAsync(CancellationToken.None);
        await new Workspace(app.Services).SeedAsync(simulator, options);
    }

    private async Task SeedAsync(SimulatorHost simulator, ChaosOptions options)
    {
        await AddCustomersAsync(options.Messages * 2 / 5);
        await AddGatewayAsync(simulator, options);
        var due = TimeProvider.System.GetUtcNow();
        await LaunchAsync("first", due, new Budget { Messages = 100_000 }, latestMinutes: 240);
        await LaunchAsync("second", due, new Budget { Messages = options.SecondBudget }, options.SecondLatestMinutes);
        // A message that is sent twice must not be caught by the cap: these have none.
        await LaunchAsync(Uncapped, due, new Budget { Messages = 100_000 }, latestMinutes: 240, audienceOfEvery: 2);
        await Database.WriteAsync((tx, token) => services.GetRequiredService<RecurringTriggers>().SetAsync(tx, new NewTrigger(TickKey, TickKind, "0/2 * * * * ?", "Asia/Shanghai"), token), CancellationToken.None);
    }

    private async Task AddCustomersAsync(int count)
    {
        var addresses = services.GetRequiredService<CustomerAddresses>();
        // Wherever the sun stands: a zone in which it is about noon.
        var offset = 12 - TimeProvider.System.GetUtcNow().Hour;
        var zone = offset == 0 ? "Etc/GMT" : string.Create(CultureInfo.InvariantCulture, $"Etc/GMT{(offset > 0 ? "-" : "+")}{Math.Abs(offset)}");
        foreach (var slice in Enumerable.Range(1, count).Chunk(5_000))
        {
            await Database.WriteAsync(
                (tx, _) =>
                {
                    tx.Db.AddRange(slice.Select(i => Customer(i, zone, addresses)));
                    return Task.CompletedTask;
                },
                CancellationToken.None);
        }
    }

    private Customer Customer(int i, string zone, CustomerAddresses addresses)
    {
        // None with an ending that the simulator treats specially.
        var (id, phone) = ($"K{i:D7}", $"+8613{800000000 + (i * 10) + 9:D9}");
        return new Customer
        {
            ExternalId = id,
            Attributes = """{"overdue_days":0,"open_complaint":false}""",
            TimeZone = zone,
            Language = "zh-CN",
            Phone = addresses.Seal(id, ChannelKind.Sms, phone),
            PhoneHash = addresses.Hash(ChannelKind.Sms, phone),
            ConsentBits = new ConsentSet(0).With(ChannelKind.Sms, Purpose.Marketing, true).Bits,
            CreatedAt = Clock.GetUtcNow(),
            UpdatedAt = Clock.GetUtcNow(),
        };
    }

    private async Task AddGatewayAsync(SimulatorHost simulator, ChaosOptions options)
    {
        var accounts = services.GetRequiredService<ChannelAccounts>();
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings["concurrency"] = options.Concurrency;
        settings["timeoutSeconds"] = 2;
        using var parsed = JsonDocument.Parse(settings.ToJsonString());
        var account = (await accounts.CreateAsync(new AccountCommand("gateway", "http-gateway", parsed.RootElement) { SignatureZh = "【禾光消费金融】", SignatureEn = "Heguang CF:", Price = ChaosOptions.Price }, Owner, CancellationToken.None)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, Owner, CancellationToken.None)).Value;
        account = (await accounts.ApproveLiveAsync(account.Id, Second, CancellationToken.None)).Value;
        simulator.Simulation.Callbacks["http-gateway"] = new Uri(accounts.CallbackUrl(account));
    }

    private Task LaunchAsync(string name, DateTimeOffset due, Budget budget, int latestMinutes, int audienceOfEvery = 1) =>
        Database.WriteAsync(
            async (tx, token) =>
            {
                var (now, brief) = (Clock.GetUtcNow(), Brief(name, due, budget, latestMinutes));
                var campaign = new Campaign
                {
                    Id = Guid.CreateVersion7(now), Code = $"C-{name}", Name = name, Owner = "lin", Status = CampaignStatus.Running, Objective = brief.Objective, Form = brief.Form,
                    BriefJson = BriefJsonText.Write(brief), PackageHash = PackageHash, ApprovedHash = PackageHash, WindowStart = brief.Window.Start, WindowEnd = brief.Window.End, CreatedAt = now, UpdatedAt = now,
                };
                tx.Db.Add(campaign);
                var numbers = await tx.Db.Customers.Select(row => row.CustomerNo).OrderBy(no => no).ToListAsync(token);
                // One in twenty is kept aside in each campaign, not the same ones.
                tx.Db.AddRange(numbers.Where(no => no % audienceOfEvery == 0).Select((no, i) => new AudienceMember { CampaignId = campaign.Id, CustomerNo = no, Rank = i, Arm = (i + name.Length) % 20 == 0 ? Arm.Holdout : Arm.Treated }));
                await tx.Db.SaveChangesAsync(token);
                await services.GetRequiredService<ReachoutPlans>().ScheduleAsync(tx, campaign, brief, PackageHash, Owner, token);
            },
            CancellationToken.None);

    private static Brief Brief(string name, DateTimeOffset due, Budget budget, int latestMinutes)
    {
        var local = TimeZoneInfo.ConvertTime(due, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var day = DateOnly.FromDateTime(local.DateTime);
        return new Brief
        {
            Name = name,
            Objective = "transact",
            Form = "periodic",
            Source = "business-plan",
            Goal = new Goal { Metric = "reborrowers", MetricName = "Re-borrowers", Baseline = 48, Target = 96, MarginPerUnit = 326 },
            Window = new DateWindow(day, day.AddDays(11)),
            Product = new ProductTerms { Code = "P1", Name = "Loan", MinAnnualRate = 7.2m, MaxAnnualRate = 19.8m },
            Audience = new AudienceRule { Rule = "true" },
            Budget = budget,
            Limits = name == Uncapped ? new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null } : new Limits { PerCustomerPerDay = 1, PerCustomerPer30Days = 4 },
            Phases =
            [
                new Phase
                {
                    Key = "burst", Name = "Burst", Date = day, Time = TimeOnly.FromDateTime(local.DateTime), Channels = ["sms"], LatestMinutes = latestMinutes,
                    Texts = [new MessageText { Channel = "sms", Language = "zh-CN", Body = "{{sig}}尾号{{tail}}的客户您好,会员日{{start}}开始。{{rate}}{{out}}" }],
                },
            ],
        };
    }
}
