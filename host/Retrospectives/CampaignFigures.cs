using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Retrospectives;

/// <summary>How many of a group did what the goal measures.</summary>
public sealed record GroupResult(long Size, long Converted)
{
    public decimal? Rate => Size == 0 ? null : (decimal)Converted / Size;
}

/// <summary>Live figures of a campaign at a moment.</summary>
public sealed record Figures
{
    /// <summary>Value of the goal's metric reached so far.</summary>
    public decimal Actual { get; init; }

    /// <summary>Members who were to be messaged, and of them those who converted.</summary>
    public required GroupResult Treated { get; init; }

    /// <summary>Members kept aside.</summary>
    public required GroupResult Holdout { get; init; }

    /// <summary>Members whom no campaign advertised to in the period.</summary>
    public GroupResult GlobalHoldout { get; init; } = new(0, 0);

    /// <summary>Messages by final state: delivered, failed, expired, unknown, skipped …</summary>
    public IReadOnlyDictionary<string, long> Messages { get; init; } = new Dictionary<string, long>();

    /// <summary>Skipped by reason.</summary>
    public IReadOnlyDictionary<string, long> Skips { get; init; } = new Dictionary<string, long>();
    public long Participants { get; init; }
    public long Complaints { get; init; }
    public long OptOuts { get; init; }

    /// <summary>Yuan spent, messages included.</summary>
    public decimal Cost { get; init; }
    public int Trips { get; init; }
}

/// <summary>Implemented by monitoring; null before a campaign has members.</summary>
public interface ICampaignFigures
{
    Task<Figures?> ReadAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken);
}
