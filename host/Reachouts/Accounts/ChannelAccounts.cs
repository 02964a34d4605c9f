using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>The accounts at providers: settings encrypted, sandbox until a second person agrees, every change on the chain <c>channels</c>.</summary>
public sealed partial class ChannelAccounts
{
    public const string Chain = "channels";
    private const int LongestGroup = 100;
    private const decimal Micros = 1_000_000m;
    private readonly Database database;
    private readonly PersonalData personal;
    private readonly AuditChain audit;
    private readonly BusinessClock clock;
    private readonly OrchestratorOptions options;

    internal ChannelAccounts(Database database, PersonalData personal, AuditChain audit, BusinessClock clock, OrchestratorOptions options) =>
        (this.database, this.personal, this.audit, this.clock, this.options) = (database, personal, audit, clock, options);

    private EndpointPolicy Endpoints => new() { AllowedOrigins = options.AllowedPlainHttpOrigins };

    public Task<List<ChannelAccount>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ChannelAccounts.OrderBy(row => row.No).ToListAsync(token), cancellationToken);

    public Task<ChannelAccount?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ChannelAccounts.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken);

    /// <summary>The account that serves a kind where nothing is known of the recipient; null if none does.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="purpose">Null: any; the default comes first.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task<ChannelAccount?> ForKindAsync(ChannelKind kind, Purpose? purpose, CancellationToken cancellationToken) =>
        await ServingAsync(kind, purpose, cancellationToken) is [var best, ..] ? best : null;

    /// <summary>The accounts that serve a kind and purpose, best first, those for some regions last.</summary>
    public async Task<IReadOnlyList<ChannelAccount>> ServingAsync(ChannelKind kind, Purpose? purpose, CancellationToken cancellationToken)
    {
        var accounts = (await ListAsync(cancellationToken)).Where(row => row.Kind == kind && row.IsInUse).ToList();
        if (purpose is not { } known)
            return [.. accounts.OrderBy(row => row.IsDefault ? 0 : 1).ThenBy(row => row.Order).ThenBy(row => row.No)];
        var route = new ChannelRoute(kind, known, accounts.Select(Route));
        return [.. route.Accounts.OrderBy(one => one.Prefixes.Count).ThenBy(one => one.IsLive ? 0 : 1).Select(one => accounts.Single(row => row.No == one.No))];
    }

    /// <summary>What the send checks need of the accounts in use, by kind.</summary>
    public Task<ILookup<ChannelKind, RouteAccount>> RoutesAsync(CancellationToken cancellationToken) => database.ReadAsync(RoutesAsync, cancellationToken);

    public static async Task<ILookup<ChannelKind, RouteAccount>> RoutesAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        (await InUseAsync(db, cancellationToken)).ToLookup(row => row.Kind, Route);

    /// <summary>The accounts that serve messages, and of those for work by hand all: phases name them.</summary>
    public static async Task<List<ChannelAccount>> InUseAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        [.. (await db.ChannelAccounts.AsNoTracking().OrderBy(row => row.No).ToListAsync(cancellationToken)).Where(row => row.IsInUse || (row.Kind == ChannelKind.Manual && !row.IsDisabled))];

    /// <summary>An account as the checks see it.</summary>
    public static RouteAccount Route(ChannelAccount account) => new(
        account.No,
        account.Provider,
        account.Mode == AccountMode.Live,
        account.Registration is RegistrationStatus.NotNeeded or RegistrationStatus.Registered,
        account.RegisteredUntil)
    {
        Name = account.Name,
        IsDefault = account.IsDefault,
        Purposes = account.ServedPurposes,
        Prefixes = account.ServedPrefixes,
        Order = account.Order,
    };

    public Task<Outcome<ChannelAccount>> CreateAsync(AccountCommand command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => CreateAsync(tx, command, actor, token), cancellationToken);

    public async Task<Outcome<ChannelAccount>> CreateAsync(WriteTransaction tx, AccountCommand command, Actor actor, CancellationToken cancellationToken)
    {
        if (ChannelProviders.Find(command.Provider) is not { } provider)
            return Refusal.Invalid(new FieldProblem("provider", "field.provider-unknown", command.Provider));
        if (Check(provider, command, command.Settings) is { Length: > 0 } problems)
            return Refusal.Invalid(problems);
        if (await tx.Db.ChannelAccounts.AnyAsync(row => row.Name == command.Name, cancellationToken))
            return Refusal.Conflict("account-exists", command.Name);
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var account = new ChannelAccount
        {
            Id = id,
            No = (await tx.Db.ChannelAccounts.MaxAsync(row => (int?)row.No, cancellationToken) ?? 0) + 1,
            Name = command.Name,
            Provider = provider.Name,
            Kind = provider.Kind,
            Settings = "",
            CallbackSecret = personal.Protect(CallbackSecretOf(command.Settings), SecretPlace(id))!,
            CreatedAt = now,
        };
        await ApplyAsync(tx, account, command, command.Settings, cancellationToken);
        tx.Db.Add(account);
        await tx.Db.SaveChangesAsync(cancellationToken);
        // Leases lock the switch of every account they may use.
        await ReachoutControls.EnsureAsync(tx, [ControlScope.Account(account.No).Key], cancellationToken);
        await ReachoutControls.RereadAsync(tx, cancellationToken);
        await audit.AppendAsync(tx, Chain, actor, cancellationToken, new AuditEntry("account-created", account.Name, new { account.No, account.Provider, account.IsDefault, account.Purposes, account.Prefixes, account.Order }));
        return account;
    }

    public Task<Outcome<ChannelAccount>> ChangeAsync(Guid id, long version, AccountCommand command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<ChannelAccount>>(
            async (tx, token) =>
            {
                if (await tx.Locked<ChannelAccount>("SELECT * FROM channel_accounts WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } account)
                    return Refusal.NotFound(id.ToString());
                if (account.Version != version)
                    return Refusal.Stale;
                var provider = ChannelProviders.Find(account.Provider)!;
                var settings = Merge(provider, SettingsOf(account), command.Settings);
                if (Check(provider, command, settings) is { Length: > 0 } problems)
                    return Refusal.Invalid(problems);
                if (await tx.Db.ChannelAccounts.AnyAsync(row => row.Name == command.Name && row.Id != id, token))
                    return Refusal.Conflict("account-exists", command.Name);
                var isNewRoute = CanonicalJson.Write(settings) != CanonicalJson.Write(SettingsOf(account));
                await ApplyAsync(tx, account, command, settings, token);
                if (isNewRoute)
                    account.Route++;
                // Whoever agreed to go live agreed to the settings as they were.
                if (isNewRoute && account.Mode != AccountMode.Sandbox)
                    (account.Mode, account.LiveRequestedBy, account.LiveApprovedBy) = (AccountMode.Sandbox, null, null);
                account.Version++;
                await ReachoutControls.RereadAsync(tx, token);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("account-changed", account.Name, new { account.No, settings = isNewRoute, account.Rate, account.RateGroup, account.Mode, account.IsDisabled, account.IsDefault, account.Purposes, account.Prefixes, account.Order, account.Registration }));
                return account;
            },
            cancellationToken);

    /// <summary>Asks to go live; somebody else must agree. A demo workspace stays in the sandbox for ever.</summary>
    public async Task<Outcome<ChannelAccount>> RequestLiveAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((db, token) => db.Set<Demo.WorkspaceSetting>().AnyAsync(row => row.Key == Demo.DemoWorkspace.Marker, token), cancellationToken))
            return Refusal.Conflict("demo-sandbox");
        return await SwitchAsync(id, "account-live-requested", actor, account =>
        {
            if (account.Mode != AccountMode.Sandbox)
                return Refusal.Conflict("account-not-sandbox", account.Name);
            (account.Mode, account.LiveRequestedBy, account.LiveApprovedBy) = (AccountMode.LiveRequested, actor.UserName, null);
            return null;
        }, cancellationToken);
    }

    public Task<Outcome<ChannelAccount>> ApproveLiveAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        SwitchAsync(id, "account-live-approved", actor, account =>
        {
            if (account.Mode != AccountMode.LiveRequested)
                return Refusal.Conflict("account-not-requested", account.Name);
            if (account.LiveRequestedBy == actor.UserName)
                return new Refusal("other-person-needed", StatusCodes.Status403Forbidden, account.LiveRequestedBy);
            (account.Mode, account.LiveApprovedBy) = (AccountMode.Live, actor.UserName);
            return null;
        }, cancellationToken);

    public Task<Outcome<ChannelAccount>> BackToSandboxAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        SwitchAsync(id, "account-sandboxed", actor, account =>
        {
            (account.Mode, account.LiveRequestedBy, account.LiveApprovedBy) = (AccountMode.Sandbox, null, null);
            return null;
        }, cancellationToken);

    public AccountView View(ChannelAccount account) => new(
        account.Id, account.No, account.Name, account.Provider, ChannelNames.Of(account.Kind), account.Mode, account.LiveRequestedBy, account.LiveApprovedBy, account.IsDisabled, account.IsDefault,
        Blanked(account), account.SignatureZh, account.SignatureEn, account.Registration, account.RegistrationNumber, account.RegisteredUntil, account.Rate, account.Price / Micros, SeedsOf(account).Count,
        CallbackUrl(account), HealthOf(account), account.LastError, account.LastErrorAt, account.LastAcceptedAt, account.ClosedUntil, account.Version)
    {
        Purposes = account.ServedPurposes,
        Prefixes = account.ServedPrefixes,
        Order = account.Order,
        RateGroup = account.RateGroup,
        IsInUse = account.IsInUse,
    };

    /// <summary>Where the provider reports back.</summary>
    public string CallbackUrl(ChannelAccount account) =>
        new Uri(options.PublicUrl, $"/api/v1/callbacks/{account.Provider}/{account.Id:N}/{personal.Unprotect(account.CallbackSecret, SecretPlace(account.Id))}").ToString();

    internal bool IsCallbackSecret(ChannelAccount account, string secret) =>
        CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(personal.Unprotect(account.CallbackSecret, SecretPlace(account.Id))!), System.Text.Encoding.UTF8.GetBytes(secret));

    internal IReadOnlyList<string> SeedsOf(ChannelAccount account) =>
        account.Seeds is null ? [] : JsonSerializer.Deserialize<string[]>(personal.Unprotect(account.Seeds, SeedsPlace(account.Id))!)!;

    internal JsonElement SettingsOf(ChannelAccount account) => JsonDocument.Parse(personal.Unprotect(account.Settings, SettingsPlace(account.Id))!).RootElement;

    internal static string SettingsPlace(Guid id) => $"channel_accounts:{id:N}:settings";

    private static string SecretPlace(Guid id) => $"channel_accounts:{id:N}:callback";

    private static string SeedsPlace(Guid id) => $"channel_accounts:{id:N}:seeds";

    private Task<Outcome<ChannelAccount>> SwitchAsync(Guid id, string what, Actor actor, Func<ChannelAccount, Refusal?> change, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<ChannelAccount>>(
            async (tx, token) =>
            {
                if (await tx.Locked<ChannelAccount>("SELECT * FROM channel_accounts WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } account)
                    return Refusal.NotFound(id.ToString());
                if (change(account) is { } refusal)
                    return refusal;
                account.Version++;
                // Senders at work have the account in memory as it was.
                await ReachoutControls.RereadAsync(tx, token);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry(what, account.Name, new { account.No, account.Mode, account.LiveRequestedBy }));
                return account;
            },
            cancellationToken);

    private async Task ApplyAsync(WriteTransaction tx, ChannelAccount account, AccountCommand command, JsonElement settings, CancellationToken cancellationToken)
    {
        account.Name = command.Name;
        account.Settings = personal.Protect(settings.GetRawText(), SettingsPlace(account.Id))!;
        (account.SignatureZh, account.SignatureEn) = (command.SignatureZh, command.SignatureEn);
        (account.Registration, account.RegistrationNumber, account.RegisteredUntil) = (command.Registration, command.RegistrationNumber, command.RegisteredUntil);
        (account.Rate, account.Price, account.IsDisabled) = (command.Rate, (long)((command.Price ?? 0) * Micros), command.IsDisabled);
        (account.Purposes, account.Prefixes, account.Order) = (string.Join(',', command.Purposes.Distinct().Order()), string.Join(',', command.Prefixes.Distinct()), command.Order);
        await ShareRateAsync(tx, account, command, cancellationToken);
        account.IsDefault = command.IsDefault ?? account is { Purposes: "", Prefixes: "" };
        if (command.Seeds.Count > 0)
            account.Seeds = personal.Protect(JsonSerializer.Serialize(command.Seeds), SeedsPlace(account.Id));
        if (account.IsDefault)
        {
            foreach (var other in await tx.Db.ChannelAccounts.AsTracking().Where(row => row.Kind == account.Kind && row.IsDefault && row.Id != account.Id).ToListAsync(cancellationToken))
                {
                // Each kind of push token has a default of its own.
                if (other.Slot == account.Slot)
                    (other.IsDefault, other.Version) = (false, other.Version + 1);
            }
        }
    }

    /// <summary>A group has one rate: set at one of its accounts it holds for all.</summary>
    private static async Task ShareRateAsync(WriteTransaction tx, ChannelAccount account, AccountCommand command, CancellationToken cancellationToken)
    {
        var (left, joined) = (account.RateGroup, command.RateGroup.Trim());
        var others = await tx.Db.ChannelAccounts.AsTracking().Where(row => row.Id != account.Id && row.RateGroup != "" && (row.RateGroup == left || row.RateGroup == joined)).OrderBy(row => row.No).ToListAsync(cancellationToken);
        account.RateGroup = joined;
        var members = others.Where(row => row.RateGroup == joined && joined.Length > 0).ToList();
        if (members.Count > 0)
            account.Rate ??= members[0].Rate;
        foreach (var group in others.Append(account).GroupBy(row => row.RateGroup))
        {
            foreach (var row in group)
            {
                row.RateNo = group.Key.Length == 0 ? row.No : group.Min(member => member.No);
                if (members.Contains(row) && row.Rate != account.Rate)
                    (row.Rate, row.Version) = (account.Rate, row.Version + 1);
            }
        }
    }

    private FieldProblem[] Check(ChannelProvider provider, AccountCommand command, JsonElement settings)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(command.Name))
            problems.Add(new FieldProblem("name", "field.required"));
        if (command.Rate is <= 0)
            problems.Add(new FieldProblem("rate", "field.positive"));
        if (command.RateGroup.Length > LongestGroup)
            problems.Add(new FieldProblem("rateGroup", "field.too-long", LongestGroup));
        if (command.Price is < 0)
            problems.Add(new FieldProblem("price", "field.too-small", 0));
        problems.AddRange(Served(provider.Kind, command));
        problems.AddRange(provider.Validate(settings, Endpoints).Select(error => new FieldProblem($"settings.{error.Field}".TrimEnd('.'), "field.setting", error.Message)));
        if (provider.Kind is not (ChannelKind.Staff or ChannelKind.Manual))
            problems.AddRange(command.Seeds.Where(seed => CustomerAddresses.Normalise(provider.Kind, seed) is null).Select((_, i) => new FieldProblem($"seeds[{i}]", "field.seed")));
        return [.. problems];
    }

    private static IEnumerable<FieldProblem> Served(ChannelKind kind, AccountCommand command)
    {
        if (command.IsDefault == true && (command.Purposes.Count > 0 || command.Prefixes.Count > 0))
            yield return new FieldProblem("isDefault", "field.default-serves-the-rest");
        if (command.Order is < 0 or > 9999)
            yield return new FieldProblem("order", "field.order");
        if (command.Prefixes.Count > 0 && kind != ChannelKind.Sms)
            yield return new FieldProblem("prefixes", "field.prefixes-of-numbers");
        foreach (var prefix in command.Prefixes.Where(prefix => !Prefix().IsMatch(prefix)))
            yield return new FieldProblem("prefixes", "field.prefix", prefix);
    }

    [GeneratedRegex(@"^\+[1-9][0-9]{0,13}$")]
    private static partial Regex Prefix();

    /// <summary>Providers that don't sign compare the last part of the address with their own setting.</summary>
    private static string CallbackSecretOf(JsonElement settings) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("callback", out var callback) && callback.ValueKind == JsonValueKind.Object
            && callback.TryGetProperty("secret", out var secret) && secret.GetString() is { Length: > 0 } text
            ? text
            : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    private JsonElement Blanked(ChannelAccount account)
    {
        var secrets = ChannelProviders.Find(account.Provider)?.Settings.Where(field => field.Secret).Select(field => field.Name).ToHashSet() ?? [];
        var settings = JsonNode.Parse(SettingsOf(account).GetRawText())!.AsObject();
        foreach (var name in settings.Select(member => member.Key).Where(secrets.Contains).ToList())
            settings.Remove(name);
        return JsonSerializer.SerializeToElement(settings);
    }

    private static JsonElement Merge(ChannelProvider provider, JsonElement old, JsonElement changed)
    {
        if (changed.ValueKind != JsonValueKind.Object)
            return changed;
        var merged = JsonNode.Parse(changed.GetRawText())!.AsObject();
        foreach (var field in provider.Settings.Where(field => field.Secret && !merged.ContainsKey(field.Name)))
        {
            if (old.TryGetProperty(field.Name, out var kept))
                merged[field.Name] = JsonNode.Parse(kept.GetRawText());
        }
        return JsonSerializer.SerializeToElement(merged);
    }

    private string HealthOf(ChannelAccount account) =>
        account.IsDisabled ? "disabled"
        : account.ClosedUntil > clock.GetUtcNow() ? "closed"
        : account.LastErrorAt is { } error && (account.LastAcceptedAt is not { } accepted || accepted < error) ? "failing"
        : account.RegisteredUntil is { } until && until < clock.GetUtcNow().AddDays(30) ? "expiring"
        : "ok";
}
