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
/// Asks providers that never report by themselves what became of what they took (WeCom 客户群发: whether staff has sent it). Each ten minutes, for a
/// week after the reach-out; what they say is applied like a receipt.
/// </summary>
internal sealed partial class PollResults(
    Database database, ChannelPool pool, CustomerFeed feed, ReceiptApplier receipts, WorkSchedule schedule, BusinessClock clock, TimeProvider realClock, ILogger<PollResults> log) : IWorkHandler
{
    public const string WorkKind = "poll-results";

    /// <summary>Staff who have not sent it within a week will not be asked about any more.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);
    private const int Slice = 500;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var accounts = await database.ReadAsync((db, token) => db.ChannelAccounts.Where(row => !row.IsDisabled && row.Mode == AccountMode.Live).OrderBy(row => row.No).ToListAsync(token), cancellationToken);
        foreach (var account in accounts.Where(WaitsForStaff))
        {
            if (pool.For(account) is IStatusQuery query)
                await PollAsync(account, query, cancellationToken);
        }
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }

    public static bool WaitsForStaff(ChannelAccount account) => ChannelProviders.Find(account.Provider)?.Limits.AcceptedWaitsForStaff == true;

    /// <summary>Accepted messages of an account, those of one reference together.</summary>
    public static async Task<List<WaitingMessage>> WaitingAsync(OrchestratorDb db, int accountNo, DateTimeOffset since, CancellationToken cancellationToken) =>
        await (from known in db.ProviderRefs
               join occurrence in db.Occurrences on known.OccurrenceId equals occurrence.Id
               join message in db.Messages on new { known.OccurrenceId, known.CustomerNo, known.Step, known.Attempt } equals new { message.OccurrenceId, message.CustomerNo, message.Step, message.Attempt }
               where known.AccountNo == accountNo && occurrence.Due >= since && message.State == MessageState.Accepted
               orderby known.Ref, known.CustomerNo
               select new WaitingMessage(known.Ref, known.OccurrenceId, known.CustomerNo, known.Step, known.Attempt)).ToListAsync(cancellationToken);

    /// <summary>Asks about the messages of one reference and applies what is known; null: the provider gave no answer now.</summary>
    /// <returns>Messages that the provider has not sent.</returns>
    public async Task<List<WaitingMessage>?> AskAsync(ChannelAccount account, IStatusQuery query, IReadOnlyList<WaitingMessage> messages, CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(messages, account.Kind, cancellationToken);
        var now = realClock.GetUtcNow();
        var answers = await query.QueryAsync([.. messages.Select(message => new StatusQuestion(message.Id, message.Attempt, message.Ref, addresses.GetValueOrDefault(message.CustomerNo) ?? "", now))], cancellationToken);
        if (answers.Any(answer => answer is StatusAnswer.Unavailable))
            return null;
        var said = messages.Zip(answers).ToList();
        var settled = said.Where(pair => pair.Second is StatusAnswer.Known { Receipt.Status: not ReceiptStatus.Accepted }).ToList();
        foreach (var slice in settled.Chunk(Slice))
            await receipts.ApplyAsync(account, [.. slice.Select(pair => ((StatusAnswer.Known)pair.Second).Receipt with { MessageId = pair.First.Id, Attempt = pair.First.Attempt })], cancellationToken);
        return [.. said.Except(settled).Select(pair => pair.First)];
    }

    private async Task PollAsync(ChannelAccount account, IStatusQuery query, CancellationToken cancellationToken)
    {
        var waiting = await database.ReadAsync((db, token) => WaitingAsync(db, account.No, clock.GetUtcNow() - Window, token), cancellationToken);
        foreach (var task in waiting.GroupBy(message => message.Ref))
        {
            // The next look is in ten minutes.
            if (await AskAsync(account, query, [.. task], cancellationToken) is null)
                LogSilent(account.Name);
        }
    }

    private Task<Dictionary<long, string?>> AddressesAsync(IReadOnlyList<WaitingMessage> messages, ChannelKind kind, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                var addresses = new Dictionary<long, string?>();
                foreach (var slice in messages.Select(message => message.CustomerNo).Distinct().Chunk(Slice))
                {
                    foreach (var customer in await feed.ReadAsync(db.Database.GetDbConnection(), null, slice, token))
                        addresses[customer.CustomerNo] = customer.Address(kind);
                }
                return addresses;
            },
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Account {Account} did not say what became of a task; it is asked again.")]
    private partial void LogSilent(string account);
}

/// <summary>Sets the tick.</summary>
internal sealed class PollResultsTick(Database database, RecurringTriggers triggers, OrchestratorOptions options) : IStartupStep
{
    public int Order => 50;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => triggers.SetAsync(tx, new NewTrigger("poll-results", PollResults.WorkKind, "0 */10 * * * ?", options.CompanyTimeZone), token), cancellationToken);
}
