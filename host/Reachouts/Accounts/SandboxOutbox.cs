using System.Globalization;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Keeps what accounts in sandbox would have sent. Once per message id and attempt, however often it is kept.</summary>
internal sealed class SandboxOutbox(Database database, PersonalData personal, BusinessClock clock) : ISandboxOutbox
{
    public Task KeepAsync(string provider, ChannelKind kind, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                var rows = messages.Select(message => Row(provider, kind, message)).ToList();
                await tx.Connection.ExecuteAsync(new CommandDefinition(
                    """
                    INSERT INTO sandbox_messages (echo, provider, kind, occurrence_id, customer_no, address, masked, title, text, html, language, at)
                    VALUES (@Echo, @Provider, @Kind, @OccurrenceId, @CustomerNo, @Address, @Masked, @Title, @Text, @Html, @Language, @At)
                    ON CONFLICT (echo) DO NOTHING
                    """,
                    rows, tx.Transaction, cancellationToken: token));
            },
            cancellationToken);

    /// <summary>Which of these messages were kept: settles what a dead sender left unknown.</summary>
    public Task<HashSet<string>> KeptAsync(IReadOnlyCollection<string> echoes, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => (await db.SandboxMessages.Where(row => echoes.Contains(row.Echo)).Select(row => row.Echo).ToListAsync(token)).ToHashSet(),
            cancellationToken);

    /// <summary>The newest first; addresses masked.</summary>
    public Task<List<SandboxMessage>> ListAsync(long? occurrenceId, ChannelKind? kind, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => db.SandboxMessages
                .Where(row => (occurrenceId == null || row.OccurrenceId == occurrenceId) && (kind == null || row.Kind == kind))
                .OrderByDescending(row => row.At).ThenBy(row => row.Echo).Take(limit).ToListAsync(token),
            cancellationToken);

    private object Row(string provider, ChannelKind kind, OutboundMessage message)
    {
        var id = MessageId.TryParse(message.MessageId);
        return new
        {
            message.Echo,
            Provider = provider,
            Kind = kind.ToString(),
            OccurrenceId = id?.OccurrenceId ?? 0,
            CustomerNo = id?.CustomerNo ?? 0,
            Address = personal.Protect(message.Address, "sandbox_messages:" + message.Echo),
            Masked = CustomerAddresses.Mask(kind, message.Address),
            Title = message.Content.Subject ?? message.Content.Title,
            message.Content.Text,
            message.Content.Html,
            message.Language,
            At = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }
}

/// <summary>A message's id towards providers: <c>occurrence.customer.step</c>.</summary>
internal readonly record struct MessageId(long OccurrenceId, long CustomerNo, short Step)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{OccurrenceId}.{CustomerNo}.{Step}");

    public static MessageId? TryParse(string? text)
    {
        var parts = text?.Split('.') ?? [];
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var occurrence)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var customer)
            && short.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? new MessageId(occurrence, customer, step)
            : null;
    }
}
