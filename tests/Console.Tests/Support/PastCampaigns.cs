using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;

namespace Orchestrator.Console.Tests.Support;

/// <summary>Campaigns of which one reach-out is out, written into the ledger as sending leaves it: for what only shows once messages are old, or wait for somebody.</summary>
internal static class PastCampaigns
{
    /// <param name="like">Lends its brief and what the reach-out says.</param>
    /// <param name="occurrence">Begins with the month of <paramref name="due"/>.</param>
    /// <param name="customers">Who got a message.</param>
    /// <param name="reference">The account and its reference at the provider; null: none is known.</param>
    public static Task<Campaign> PastAsync(
        this ConsoleFixture console, Campaign like, string name, DateTimeOffset due, long occurrence, MessageState state, ChannelKind channel, IReadOnlyList<long> customers, (int Account, string Ref)? reference = null) =>
        console.Services.GetRequiredService<Database>().WriteAsync(
            (tx, _) =>
            {
                var spec = tx.Db.Reachouts.First(row => row.CampaignId == like.Id);
                var (day, kind) = (DateOnly.FromDateTime(due.UtcDateTime), LedgerChannel.Of(channel));
                var campaign = new Campaign
                {
                    Id = Guid.CreateVersion7(due), Code = $"C-{due.Year}-{occurrence % 10_000:0000}", Name = name, Owner = like.Owner, Status = CampaignStatus.Cancelled, Objective = like.Objective, Form = like.Form, BriefJson = like.BriefJson,
                    PackageHash = like.PackageHash, SopVersionId = like.SopVersionId, WindowStart = day, WindowEnd = day.AddDays(1), CreatedAt = due, UpdatedAt = due,
                };
                var reachout = new Reachout { Id = Guid.CreateVersion7(due), CampaignId = campaign.Id, Phase = spec.Phase, Name = spec.Name, Due = due, LatestAt = due.AddHours(4), State = ReachoutState.Completed, PackageHash = spec.PackageHash, Spec = spec.Spec, CreatedAt = due };
                tx.Db.AddRange(campaign, reachout);
                tx.Db.Add(new Occurrence { Id = occurrence, CampaignId = campaign.Id, ReachoutId = reachout.Id, Due = due, LatestAt = due.AddHours(4), State = ReachoutState.Completed });
                tx.Db.Add(new MessageCount { OccurrenceId = occurrence, State = state, Channel = kind, Count = customers.Count });
                foreach (var customer in customers)
                {
                    tx.Db.Add(new Message { OccurrenceId = occurrence, CustomerNo = customer, State = state, Channel = kind, AccountNo = reference?.Account ?? 0, Attempt = 1, ChangedAt = due.ToUnixTimeMilliseconds() });
                    if (reference is var (account, known))
                        tx.Db.Add(new ProviderRef { AccountNo = account, Ref = known, OccurrenceId = occurrence, CustomerNo = customer, Attempt = 1 });
                }
                return Task.FromResult(campaign);
            },
            TestContext.Current.CancellationToken);
}
