using System.Collections.Concurrent;

namespace Orchestrator.Simulators;

/// <summary>One message that reached a simulator.</summary>
public sealed record LoggedMessage(long Sequence, string Provider, string Id, string To, string Text, Fault Fault, bool Accepted, DateTimeOffset At, string? Template = null)
{
    /// <summary>What the contract has beside the text: where a tap leads, who sends.</summary>
    public string? Note { get; init; }
}

/// <summary>Totals over everything that reached the simulators.</summary>
public sealed record LogSummary(long Requests, long Accepted, int DistinctIds, int DistinctRecipients, IReadOnlyDictionary<string, int> DuplicateIds, IReadOnlyDictionary<string, int> RecipientsMessagedTwice);

/// <summary>Remembers every message by id and by recipient: the witness of "nobody was messaged twice".</summary>
public sealed class RequestLog(TimeProvider clock, int keep)
{
    private readonly ConcurrentQueue<LoggedMessage> _entries = new();
    private readonly ConcurrentDictionary<string, int> _byId = new();
    private readonly ConcurrentDictionary<string, int> _byRecipient = new();
    private readonly ConcurrentDictionary<string, LoggedMessage> _accepted = new();
    private long _requests;
    private long _acceptedCount;

    /// <summary>The newest entries, oldest first.</summary>
    public IEnumerable<LoggedMessage> Entries => _entries;

    /// <summary>How often a message of this id (with attempt) was accepted.</summary>
    public int AcceptedCount(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The accepted message of this id, or null.</summary>
    public LoggedMessage? FindAccepted(string id) => _accepted.GetValueOrDefault(id);

    /// <summary>Totals; ids are compared without their attempt, so that a second attempt of an accepted message counts as a duplicate.</summary>
    public LogSummary Summary()
    {
        var byMessage = _byId.GroupBy(e => WithoutAttempt(e.Key)).Select(g => (g.Key, Count: g.Sum(e => e.Value))).ToList();
        return new(
            Interlocked.Read(ref _requests), Interlocked.Read(ref _acceptedCount), byMessage.Count, _byRecipient.Count,
            byMessage.Where(e => e.Count > 1).Take(1000).ToDictionary(e => e.Key, e => e.Count),
            _byRecipient.Where(e => e.Value > 1).Take(1000).ToDictionary());
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _entries.Clear();
        _byId.Clear();
        _byRecipient.Clear();
        _accepted.Clear();
        _requests = _acceptedCount = 0;
    }

    internal LoggedMessage Add(string provider, SimulatedMessage message, Fault fault, bool accepted)
    {
        var entry = new LoggedMessage(Interlocked.Increment(ref _requests), provider, message.Id, message.To, message.Text, fault, accepted, clock.GetUtcNow(), message.Template) { Note = message.Note };
        if (accepted)
        {
            Interlocked.Increment(ref _acceptedCount);
            _byId.AddOrUpdate(message.Id, 1, static (_, n) => n + 1);
            _byRecipient.AddOrUpdate(message.To, 1, static (_, n) => n + 1);
            _accepted.TryAdd(message.Id, entry);
        }

        _entries.Enqueue(entry);
        if (_entries.Count > keep) _entries.TryDequeue(out _);
        return entry;
    }

    private static string WithoutAttempt(string id) => id.LastIndexOf('-') is > 0 and var dash ? id[..dash] : id;
}
