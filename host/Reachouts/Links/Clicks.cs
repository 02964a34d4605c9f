using System.Net;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>What became of a request for a short address.</summary>
internal abstract record ClickResult
{
    private ClickResult() { }

    internal sealed record Goes(string Target) : ClickResult;

    internal sealed record Unknown : ClickResult;

    internal sealed record Expired : ClickResult;
}

/// <summary>Counts clicks, raw and filtered, and tells figures and follow-ups of a person's first.</summary>
internal sealed class Clicks(Database database, LinkTargets targets, ClickNetworks networks, CampaignEvents events, StepEvents steps, OrchestratorOptions options, BusinessClock clock)
{
    private readonly TimeZoneInfo companyZone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public Task<ClickResult> TakeAsync(string id, string method, IHeaderDictionary headers, IPAddress? remote, CancellationToken cancellationToken) =>
        database.WriteAsync<ClickResult>(
            async (tx, token) =>
            {
                if (await tx.Locked<TrackedLinkRow>("SELECT * FROM tracked_links WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } link || !targets.Allows(link.Target))
                    return new ClickResult.Unknown();
                var now = clock.GetUtcNow();
                if (now > link.ExpiresAt)
                    return new ClickResult.Expired();
                var verdict = ClickFilter.Of(method, headers, await networks.IsListedAsync(tx.Db, remote, token), await SinceSentAsync(tx, link, now, token));
                link.Clicks++;
                tx.Db.Add(new LinkClick { Id = Guid.CreateVersion7(now), LinkId = id, OccurrenceId = link.OccurrenceId, At = now, Verdict = verdict });
                if (verdict == ClickVerdict.Human)
                    await NoteAsync(tx, link, now, token);
                return new ClickResult.Goes(link.Target);
            },
            cancellationToken);

    private async Task NoteAsync(WriteTransaction tx, TrackedLinkRow link, DateTimeOffset now, CancellationToken cancellationToken)
    {
        link.HumanClicks++;
        link.FirstClickAt ??= now;
        await tx.Db.SaveChangesAsync(cancellationToken);
        await events.NoteAsync(tx, new MessageId(link.OccurrenceId, link.CustomerNo, link.Step), CampaignEventKind.Click, cancellationToken);
        var zone = await tx.Db.Customers.Where(row => row.CustomerNo == link.CustomerNo).Select(row => row.TimeZone).SingleOrDefaultAsync(cancellationToken);
        var hour = (short)TimeZoneInfo.ConvertTime(now, zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var own) ? own : companyZone).Hour;
        await tx.Db.Database.ExecuteSqlAsync(
            $"INSERT INTO click_hours AS t (customer_no, hour, clicks) VALUES ({link.CustomerNo}, {hour}, 1) ON CONFLICT (customer_no, hour) DO UPDATE SET clicks = t.clicks + 1", cancellationToken);
        // Last, as receipts do it: both lock figures before the work.
        if (link.HumanClicks == 1)
            await steps.NoteClickAsync(tx, link, cancellationToken);
    }

    private static async Task<TimeSpan?> SinceSentAsync(WriteTransaction tx, TrackedLinkRow link, DateTimeOffset now, CancellationToken cancellationToken) =>
        await tx.Db.Messages.Where(row => row.OccurrenceId == link.OccurrenceId && row.CustomerNo == link.CustomerNo && row.Step == link.Step).Select(row => (long?)row.ChangedAt).SingleOrDefaultAsync(cancellationToken) is { } at
            ? now - DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null;
}
