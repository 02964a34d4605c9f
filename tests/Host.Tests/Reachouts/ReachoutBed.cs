using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Time;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>A launched campaign without its SOP: customers, a frozen audience, an account, one phase of text messages.</summary>
internal sealed class ReachoutBed(IServiceProvider services)
{
    public const string PackageHash = "approved-package";

    public static readonly Actor Owner = new(null, "lin", "Lin", new HashSet<string> { Role.Owner });
    public static readonly Actor Officer = new(null, "chen", "Chen", new HashSet<string> { Role.Compliance });
    public static readonly Actor Second = new(null, "wu", "Wu", new HashSet<string> { Role.Risk });

    public Database Database => services.GetRequiredService<Database>();

    public BusinessClock Clock => services.GetRequiredService<BusinessClock>();

    public LedgerQueries Ledger => services.GetRequiredService<LedgerQueries>();

    public ReachoutControls Controls => services.GetRequiredService<ReachoutControls>();

    public Guid CampaignId { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Customers 1…n with phone and consent; <paramref name="shape"/> may change one.</summary>
    public Task AddCustomersAsync(int count, Action<int, Customer>? shape = null, int first = 1)
    {
        var addresses = services.GetRequiredService<CustomerAddresses>();
        return Database.WriteAsync(
            (tx, _) =>
            {
                for (var i = first; i < first + count; i++)
                {
                    var phone = Phone(i);
                    var customer = new Customer
                    {
                        ExternalId = $"K{i:D7}",
                        Attributes = """{"overdue_days":0,"open_complaint":false}""",
                        TimeZone = "Asia/Shanghai",
                        Language = "zh-CN",
                        Phone = addresses.Seal($"K{i:D7}", ChannelKind.Sms, phone),
                        PhoneHash = addresses.Hash(ChannelKind.Sms, phone),
                        ConsentBits = new ConsentSet(0).With(ChannelKind.Sms, Purpose.Marketing, true).Bits,
                        CreatedAt = Clock.GetUtcNow(),
                        UpdatedAt = Clock.GetUtcNow(),
                    };
                    shape?.Invoke(i, customer);
                    tx.Db.Add(customer);
                }
                return Task.CompletedTask;
            },
            Token);
    }

    /// <summary>Declares number attributes, so that rules can read them.</summary>
    public Task DeclareAsync(params string[] names) =>
        Database.WriteAsync(
            async (tx, token) =>
            {
                var known = await tx.Db.Set<AttributeDefinition>().Select(row => row.Name).ToListAsync(token);
                tx.Db.AddRange(names.Except(known).Select((name, i) => new AttributeDefinition { Name = name, Type = AttributeType.Number, LabelChinese = name, LabelEnglish = name, Position = 100 + i }));
            },
            Token);

    public Task SetAttributesAsync(long customerNo, string attributes) =>
        Database.WriteAsync(
            async (tx, token) =>
            {
                var customer = await tx.Db.Customers.AsTracking().SingleAsync(row => row.CustomerNo == customerNo, token);
                (customer.Attributes, customer.Version) = (attributes, customer.Version + 1);
            },
            Token);

    /// <summary>No two alike, none with an ending that the simulator treats specially.</summary>
    public static string Phone(int i) => $"+8613{800000000 + (i * 10) + 9:D9}";

    /// <summary>The simulated gateway as the SMS account: live, by two people.</summary>
    public async Task<ChannelAccount> AddGatewayAsync(SimulatorHost simulator, bool live = true, string? settings = null, decimal? price = null, double? rate = null)
    {
        var accounts = services.GetRequiredService<ChannelAccounts>();
        using var parsed = JsonDocument.Parse(settings ?? simulator.SettingsFor("http-gateway"));
        var account = (await accounts.CreateAsync(new AccountCommand("gateway", "http-gateway", parsed.RootElement) { SignatureZh = "【禾光消费金融】", SignatureEn = "Heguang CF:", Price = price, Rate = rate }, Owner, Token)).Value;
        if (live)
        {
            _ = (await accounts.RequestLiveAsync(account.Id, Owner, Token)).Value;
            account = (await accounts.ApproveLiveAsync(account.Id, Second, Token)).Value;
        }
        simulator.Simulation.Callbacks["http-gateway"] = new Uri(accounts.CallbackUrl(account));
        return account;
    }

    /// <summary>The simulated push provider: live, by two people.</summary>
    public async Task<ChannelAccount> AddPushAsync(SimulatorHost simulator)
    {
        var accounts = services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor("jpush"));
        var account = (await accounts.CreateAsync(new AccountCommand("push", "jpush", settings.RootElement) { SignatureZh = "【禾光消费金融】", SignatureEn = "Heguang CF:" }, Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, Owner, Token)).Value;
        return (await accounts.ApproveLiveAsync(account.Id, Second, Token)).Value;
    }

    /// <summary>An account at any simulated provider: live, by two people; its callbacks come to <paramref name="host"/>.</summary>
    public async Task<ChannelAccount> AddAccountAsync(SimulatorHost simulator, string provider, Uri host)
    {
        var accounts = services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor(provider));
        var account = (await accounts.CreateAsync(new AccountCommand(provider, provider, settings.RootElement) { SignatureZh = "【禾光消费金融】", SignatureEn = "Heguang CF:" }, Owner, Token)).Value;
        simulator.Simulation.Callbacks[provider] = new Uri(host, new Uri(accounts.CallbackUrl(account)).PathAndQuery);
        _ = (await accounts.RequestLiveAsync(account.Id, Owner, Token)).Value;
        return (await accounts.ApproveLiveAsync(account.Id, Second, Token)).Value;
    }

    public static Brief Brief(DateTimeOffset due, string? exclusion = null, Limits? limits = null, int latestMinutes = 240)
    {
        var local = TimeZoneInfo.ConvertTime(due, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var day = DateOnly.FromDateTime(local.DateTime);
        return new Brief
        {
            Name = "Member Day",
            Objective = "transact",
            Form = "periodic",
            Source = "business-plan",
            Goal = new Goal { Metric = "reborrowers", MetricName = "Re-borrowers", Baseline = 48, Target = 96, MarginPerUnit = 326 },
            Window = new DateWindow(day, day.AddDays(11)),
            Product = new ProductTerms { Code = "P1", Name = "Loan", MinAnnualRate = 7.2m, MaxAnnualRate = 19.8m },
            Audience = new AudienceRule { Rule = "true", Exclusion = exclusion },
            Limits = limits ?? new Limits(),
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

    /// <summary>A running campaign with these members; one in so many may be kept aside; without members a recurring phase finds its own.</summary>
    public async Task LaunchAsync(Brief brief, int holdoutEvery = 0, bool members = true)
    {
        var now = Clock.GetUtcNow();
        CampaignId = Guid.CreateVersion7(now);
        await Database.WriteAsync(
            async (tx, token) =>
            {
                var campaign = new Campaign
                {
                    Id = CampaignId, Code = $"C-2026-{CampaignId:N}".Remove(7, 19), Name = brief.Name, Owner = "lin", Status = CampaignStatus.Running, Objective = brief.Objective, Form = brief.Form,
                    BriefJson = BriefJsonText.Write(brief), PackageHash = PackageHash, ApprovedHash = PackageHash, WindowStart = brief.Window.Start, WindowEnd = brief.Window.End, CreatedAt = now, UpdatedAt = now,
                };
                tx.Db.Add(campaign);
                var numbers = members ? await tx.Db.Customers.Select(row => row.CustomerNo).OrderBy(no => no).ToListAsync(token) : [];
                tx.Db.AddRange(numbers.Select((no, i) => new AudienceMember { CampaignId = CampaignId, CustomerNo = no, Rank = i, Arm = holdoutEvery > 0 && (i + 1) % holdoutEvery == 0 ? Arm.Holdout : Arm.Treated }));
                await tx.Db.SaveChangesAsync(token);
                await services.GetRequiredService<ReachoutPlans>().ScheduleAsync(tx, campaign, brief, PackageHash, Owner, token);
            },
            Token);
    }

    public async Task<Dictionary<MessageState, long>> CountsAsync() =>
        (await Ledger.CountsAsync(CampaignId, Token)).GroupBy(row => row.State).ToDictionary(group => group.Key, group => group.Sum(row => row.Count));

    public async Task<Dictionary<SkipReason, long>> SkipsAsync() =>
        (await Ledger.CountsAsync(CampaignId, Token)).Where(row => row.State == MessageState.Skipped).GroupBy(row => row.Reason).ToDictionary(group => group.Key, group => group.Sum(row => row.Count));

    public async Task<ReachoutState> StateAsync() => (await Ledger.ReachoutsAsync(CampaignId, Token)).Single().State;

    /// <summary>In order of customers.</summary>
    public Task<List<Message>> MessagesAsync() => Database.ReadAsync((db, token) => db.Messages.OrderBy(row => row.CustomerNo).ToListAsync(token), Token);

    /// <summary>Whether a step has messages, and none of them is open any more.</summary>
    public async Task<bool> StepIsOutAsync(short step)
    {
        var rows = (await MessagesAsync()).Where(row => row.Step == step).ToList();
        return rows.Count > 0 && rows.All(row => !row.State.IsOpen());
    }

    /// <summary>Lets time pass until so many customers have a step and it is out: each one's hours count from their own message.</summary>
    public async Task LetStepComeAsync(short step, int customers)
    {
        await Eventually.HoldsAsync(
            async () =>
            {
                Clock.Advance(TimeSpan.FromMinutes(5));
                return (await MessagesAsync()).Count(row => row.Step == step) >= customers;
            },
            $"step {step} is planned for {customers}");
        await Eventually.HoldsAsync(() => StepIsOutAsync(step), $"step {step} is out");
    }

    /// <summary>Whether every batch made so far has ended: a sent message is not yet written down.</summary>
    public Task<bool> BatchesEndedAsync() => Database.ReadAsync(async (db, token) => !await db.SendBatches.AnyAsync(row => row.State != BatchState.Done, token), Token);

    /// <summary>Counters and messages must tell the same at any moment: one statement, so that both are of the same one.</summary>
    public async Task AssertCountersMatchAsync()
    {
        var rows = await Database.ReadAsync(
            (db, token) => db.MessageCounts
                .GroupBy(row => new { row.OccurrenceId, row.Step, row.Channel, row.State, row.Reason })
                .Select(group => new { group.Key.OccurrenceId, group.Key.Step, group.Key.Channel, group.Key.State, group.Key.Reason, IsCounted = true, Count = group.Sum(row => row.Count) })
                .Concat(db.Messages
                    .GroupBy(row => new { row.OccurrenceId, row.Step, row.Channel, row.State, row.Reason })
                    .Select(group => new { group.Key.OccurrenceId, group.Key.Step, group.Key.Channel, group.Key.State, group.Key.Reason, IsCounted = false, Count = group.LongCount() }))
                .ToListAsync(token),
            Token);
        string[] Told(bool isCounted) => [.. rows.Where(row => row.IsCounted == isCounted && row.Count != 0).Select(row => (row with { IsCounted = false }).ToString()!).Order()];
        Assert.Equal(Told(isCounted: false), Told(isCounted: true));
    }
}
