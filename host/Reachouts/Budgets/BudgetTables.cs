using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Money for messages of a campaign: the whole, or a line of its budget that pays for some channels. What unsettled messages hold is reserved, what
/// they cost is spent. Micros of the campaign's currency.
/// </summary>
public sealed class MessageBudget
{
    /// <summary>Name of the bucket that every message of the campaign is charged to.</summary>
    public const string Whole = "";

    public Guid CampaignId { get; init; }

    /// <summary>Name of the budget line; empty: the whole.</summary>
    public required string Name { get; init; }

    /// <summary>The most it may come to; null: only counted.</summary>
    public long? Amount { get; set; }

    /// <summary>Since when messages wait for money; null: none does.</summary>
    public DateTimeOffset? ExhaustedAt { get; set; }

    /// <summary>What the cheapest message needed that was found waiting: as soon as that much is left again, the bucket is no longer used up.</summary>
    public long ShortOf { get; set; }
}

/// <summary>
/// A part of a bucket. Batches charge different parts, so that they don't wait for each other's commit; the bucket's figures are the sums.
/// </summary>
/// <remarks>
/// A lease charges a lending part, up to its quota. Quotas are handed out under the lock of the bucket and never come to more than the bucket's amount
/// less what the other parts hold; those only take note of what became of messages, which as a rule gives money back.
/// </remarks>
public sealed class BudgetShare
{
    /// <summary>Parts below this number lend.</summary>
    public const short Lending = 16;

    /// <summary>The part of what is neither leased nor settled by a sender: receipts, answers to questions.</summary>
    public const short Rest = 32;

    public Guid CampaignId { get; init; }
    public required string Name { get; init; }
    public short Shard { get; init; }

    /// <summary>The most that a lending part may hold.</summary>
    public long Quota { get; set; }

    /// <summary>Held by messages that are leased or unknown: the most they can cost. Below zero where another part reserved what this one settled.</summary>
    public long Reserved { get; set; }

    /// <summary>Cost of messages that a provider took.</summary>
    public long Spent { get; set; }
}

/// <summary>What a bucket holds and has paid, over all its parts.</summary>
public sealed record BudgetUse
{
    public required Guid CampaignId { get; init; }
    public required string Name { get; init; }
    public required long Reserved { get; init; }
    public required long Spent { get; init; }
}

/// <summary>Which buckets pay for a channel of an occurrence.</summary>
public sealed class BudgetRoute
{
    public long OccurrenceId { get; init; }

    /// <summary>As in the ledger.</summary>
    public short Channel { get; init; }
    public required string Name { get; init; }
    public Guid CampaignId { get; init; }
}

/// <summary>When an account is free again, by the real clock in microseconds: one row for the account and one for each occurrence that uses it.</summary>
public sealed class AccountRate
{
    /// <summary>The account, or the first of those that share the rate.</summary>
    public int AccountNo { get; init; }

    /// <summary>0: the account as a whole.</summary>
    public long OccurrenceId { get; init; }
    public long FreeAt { get; set; }

    /// <summary>When it last asked: who has not asked for a while gets no share.</summary>
    public long SeenAt { get; set; }
}

internal sealed class MessageBudgetMapping : IEntityTypeConfiguration<MessageBudget>
{
    public void Configure(EntityTypeBuilder<MessageBudget> builder)
    {
        builder.ToTable("message_budgets");
        builder.HasKey(row => new { row.CampaignId, row.Name });
    }
}

internal sealed class BudgetShareMapping : IEntityTypeConfiguration<BudgetShare>
{
    public void Configure(EntityTypeBuilder<BudgetShare> builder)
    {
        builder.ToTable("budget_shares");
        builder.HasKey(row => new { row.CampaignId, row.Name, row.Shard });
    }
}

internal sealed class BudgetRouteMapping : IEntityTypeConfiguration<BudgetRoute>
{
    public void Configure(EntityTypeBuilder<BudgetRoute> builder)
    {
        builder.ToTable("budget_routes");
        builder.HasKey(row => new { row.OccurrenceId, row.Channel, row.Name });
        builder.HasIndex(row => row.CampaignId);   // replaced as a whole when the budget is approved anew
    }
}

internal sealed class AccountRateMapping : IEntityTypeConfiguration<AccountRate>
{
    public void Configure(EntityTypeBuilder<AccountRate> builder)
    {
        builder.ToTable("account_rates");
        builder.HasKey(row => new { row.AccountNo, row.OccurrenceId });
    }
}
