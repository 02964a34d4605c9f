using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Keeps one open channel per account: it holds connections, tokens and the account's circuit breaker. A changed account is opened anew; the old
/// channel is closed once its calls are over. Thread-safe.
/// </summary>
internal sealed class ChannelPool(Database database, PersonalData personal, ISandboxOutbox outbox, IManualWork manual, TimeProvider realClock, ILoggerFactory loggers, OrchestratorOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan CloseAfter = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<int, (long Version, Lazy<IChannel> Channel)> open = new();
    private readonly ConcurrentDictionary<int, (long Version, IWebhook? Webhook)> webhooks = new();
    private readonly X509Certificate2Collection roots = ChannelRoots.Read(options.ChannelRootsFile);

    /// <summary>The channel that messages of the account go through: the sandbox unless it is live. Null: the account is gone or disabled.</summary>
    public async Task<IChannel?> FindAsync(int accountNo, CancellationToken cancellationToken)
    {
        var account = await database.ReadAsync((db, token) => db.ChannelAccounts.SingleOrDefaultAsync(row => row.No == accountNo, token), cancellationToken);
        return account is null || account.IsDisabled ? null : For(account);
    }

    public IChannel For(ChannelAccount account)
    {
        var entry = open.AddOrUpdate(
            account.No,
            no => (account.Version, new Lazy<IChannel>(() => Open(account))),
            (no, known) =>
            {
                if (known.Version >= account.Version)
                    return known;
                _ = CloseLaterAsync(known.Channel);
                return (account.Version, new Lazy<IChannel>(() => Open(account)));
            });
        return entry.Channel.Value;
    }

    /// <summary>The account's own channel, sandbox or not: for its callbacks.</summary>
    public IChannel OpenProvider(ChannelAccount account) => Provider(account).Open(SettingsOf(account), Services);

    /// <summary>Reads the account's callbacks, in sandbox too; null: the provider has none, or the settings no longer validate.</summary>
    public IWebhook? WebhookOf(ChannelAccount account)
    {
        if (For(account) is IWebhook live)
            return live;
        var entry = webhooks.AddOrUpdate(account.No, _ => Opened(account), (_, known) => known.Version == account.Version ? known : Opened(account));
        return entry.Webhook;
    }

    private (long Version, IWebhook? Webhook) Opened(ChannelAccount account)
    {
        try
        {
            return (account.Version, OpenProvider(account) as IWebhook);
        }
        catch (ChannelSettingsException)
        {
            return (account.Version, null);
        }
    }

    public JsonElement SettingsOf(ChannelAccount account) =>
        JsonDocument.Parse(personal.Unprotect(account.Settings, ChannelAccounts.SettingsPlace(account.Id))!).RootElement;

    private ChannelServices Services => new()
    {
        Clock = realClock,
        Loggers = loggers,
        Endpoints = new EndpointPolicy { AllowedOrigins = options.AllowedPlainHttpOrigins },
        ManualWork = manual,
        ExtraRoots = roots,
    };

    private IChannel Open(ChannelAccount account) =>
        account.Mode == AccountMode.Live ? OpenProvider(account) : new SandboxChannel(Provider(account), outbox);

    private static ChannelProvider Provider(ChannelAccount account) =>
        ChannelProviders.Find(account.Provider) ?? throw new InvalidOperationException($"Account '{account.Name}' names the provider '{account.Provider}', which this program does not have.");

    private async Task CloseLaterAsync(Lazy<IChannel> channel)
    {
        await Task.Delay(CloseAfter, realClock);
        if (channel.IsValueCreated)
            await channel.Value.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, channel) in open.Values)
        {
            if (channel.IsValueCreated)
                await channel.Value.DisposeAsync();
        }
    }
}
