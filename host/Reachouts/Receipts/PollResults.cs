using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>An accepted message of a provider that is asked by its own reference.</summary>
internal sealed record WaitingMessage(string Ref, long OccurrenceId, long CustomerNo, short Step, short Attempt)
{
    public string Id => new MessageId(OccurrenceId, CustomerNo, Step).ToString();
}

/// <summary>
/// Asks providers that do not report message by message what became of what they took: WeCom 客户群发, Official Account 群发, JPush, Twilio without a
/// callback. Each ten minutes, for a week after the reach-out; what they say is applied like a receipt.
/// </summary>
internal sealed partial class PollResults(
    Database database, ChannelPool pool, CustomerFeed feed, ReceiptApplier receipts, WorkSchedule schedule, BusinessClock clock, TimeProvider realClock, ILogger<PollResults> log) : IWorkHandler
{
    public const string WorkKind = "poll-results";

    /// <summary>Staff who have not sent it within a week will not be asked about any more.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);
    private const int Slice = 500;

    /// <summary>References asked about together; JPush takes as many a call.</summary>
    private const int PageSize = 100;

    /// <summary>Per account and turn: ten thousand references, then the next turn goes on where this one left off.</summary>
    private const int MostPages = 100;
    private readonly ConcurrentDictionary<int, string> leftOff = new();

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var accounts = await database.ReadAsync((db, token) => db.ChannelAccounts.Where(row => !row.IsDisabled && row.Mode == AccountMode.Live).OrderBy(row => row.No).ToListAsync(token), cancellationToken);
        foreach (var account in accounts)
        {
            if (TryOpen(pool, account) is IStatusQuery query and IChannel { Guarantees: { KeepsReference: true, SendsReceipts: false } })
                await PollAsync(account, query, cancellationToken);
        }
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }

    public static bool WaitsForStaff(ChannelAccount account) => ChannelProviders.Find(account.Provider)?.Limits.AcceptedWaitsForStaff == true;

    /// <summary>Null: the account's settings no longer validate; others are not to wait for that.</summary>
    public static IChannel? TryOpen(ChannelPool pool, ChannelAccount account)
    {
        try
        {
            return pool.For(account);
        }
        catch (ChannelSettingsException)
        {
            return null;
        }
    }

    /// <summary>Accepted messages of an account, those of one reference together.</summary>
    public static Task<List<WaitingMessage>> WaitingAsync(OrchestratorDb db, int accountNo, DateTimeOffset since, CancellationToken cancellationToken) =>
        Waiting(db, accountNo, since).OrderBy(known => known.Ref).ThenBy(known => known.CustomerNo)
            .Select(known => new WaitingMessage(known.Ref, known.OccurrenceId, known.CustomerNo, known.Step, known.Attempt)).ToListAsync(cancellationToken);

    private static IQueryable<ProviderRef> Waiting(OrchestratorDb db, int accountNo, DateTimeOffset since, long latest = long.MaxValue) =>
        from known in db.ProviderRefs
        join occurrence in db.Occurrences on known.OccurrenceId equals occurrence.Id
        join message in db.Messages on new { known.OccurrenceId, known.CustomerNo, known.Step, known.Attempt } equals new { message.OccurrenceId, message.CustomerNo, message.Step, message.Attempt }
        where known.AccountNo == accountNo && occurrence.Due >= since && message.State == MessageState.Accepted && message.ChangedAt <= latest
        select known;

    /// <summary>The messages of the next references after <paramref name="after"/>.</summary>
    private static async Task<List<WaitingMessage>> PageAsync(OrchestratorDb db, int accountNo, DateTimeOffset since, DateTimeOffset until, string after, CancellationToken cancellationToken)
    {
        var latest = until.ToUnixTimeMilliseconds();
#pragma warning disable CA1309 // Compared by the database, in the order it sorts by.
        var refs = await Waiting(db, accountNo, since, latest).Where(known => string.Compare(known.Ref, after) > 0).Select(known => known.Ref).Distinct().Order().Take(PageSize).ToListAsync(cancellationToken);
#pragma warning restore CA1309
        return refs.Count == 0 ? [] : await Waiting(db, accountNo, since, latest).Where(known => refs.Contains(known.Ref)).OrderBy(known => known.Ref).ThenBy(known => known.CustomerNo)
            .Select(known => new WaitingMessage(known.Ref, known.OccurrenceId, known.CustomerNo, known.Step, known.Attempt)).ToListAsync(cancellationToken);
    }

    /// <summary>Asks about messages, all of a reference together, and applies what is known; null: the provider gave no answer to some.</summary>
    /// <returns>Messages that the provider has not sent.</returns>
    public async Task<List<WaitingMessage>?> AskAsync(ChannelAccount account, IStatusQuery query, IReadOnlyList<WaitingMessage> messages, CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(messages, account.Slot, cancellationToken);
        var now = realClock.GetUtcNow();
        var answers = await query.QueryAsync([.. messages.Select(message => new StatusQuestion(message.Id, message.Attempt, message.Ref, addresses.GetValueOrDefault(message.CustomerNo) ?? "", now))], cancellationToken);
        var said = messages.Zip(answers).ToList();
        var settled = said.Where(pair => pair.Second is StatusAnswer.Known { Receipt.Status: not ReceiptStatus.Accepted }).ToList();
        foreach (var slice in settled.Chunk(Slice))
            await receipts.ApplyAsync(account, [.. slice.Select(pair => ((StatusAnswer.Known)pair.Second).Receipt with { MessageId = pair.First.Id, Attempt = pair.First.Attempt })], cancellationToken);
        return answers.Any(answer => answer is StatusAnswer.Unavailable) ? null : [.. said.Except(settled).Select(pair => pair.First)];
    }

    private async Task PollAsync(ChannelAccount account, IStatusQuery query, CancellationToken cancellationToken)
    {
        // What the provider took just now it cannot tell of yet.
        var (since, until) = (clock.GetUtcNow() - Window, clock.GetUtcNow() - query.VisibilityDelay);
        var after = leftOff.GetValueOrDefault(account.No, "");
        for (var page = 0; page < MostPages; page++)
        {
            var messages = await database.ReadAsync((db, token) => PageAsync(db, account.No, since, until, after, token), cancellationToken);
            if (messages.Count == 0)
            {
                after = "";   // the end: the next turn begins anew
                break;
            }
            // The next look is in ten minutes.
            if (await AskAsync(account, query, messages, cancellationToken) is null)
                LogSilent(account.Name);
            after = messages[^1].Ref;
        }
        leftOff[account.No] = after;
    }

    private Task<Dictionary<long, string?>> AddressesAsync(IReadOnlyList<WaitingMessage> messages, AddressSlot slot, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                var addresses = new Dictionary<long, string?>();
                foreach (var slice in messages.Select(message => message.CustomerNo).Distinct().Chunk(Slice))
                {
                    foreach (var customer in await feed.ReadAsync(db.Database.GetDbConnection(), null, slice, token))
                        addresses[customer.CustomerNo] = customer.Address(slot);
                }
                return addresses;
            },
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Account {Account} did not say what became of some messages; it is asked again.")]
    private partial void LogSilent(string account);
}

/// <summary>Sets the tick.</summary>
internal sealed class PollResultsTick(Database database, RecurringTriggers triggers, OrchestratorOptions options) : IStartupStep
{
    public int Order => 50;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => triggers.SetAsync(tx, new NewTrigger("poll-results", PollResults.WorkKind, "0 */10 * * * ?", options.CompanyTimeZone), token), cancellationToken);
}
