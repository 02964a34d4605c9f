using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Campaigns;

/// <summary>What happened to a campaign that other subjects must act on in the same transaction.</summary>
public enum CampaignEventKind
{
    /// <summary>Its launch package changed; see <see cref="CampaignEvent.ChangedParts"/>.</summary>
    Edited,

    /// <summary>Nothing more may be sent until <see cref="Resumed"/>.</summary>
    Paused,
    Resumed,

    /// <summary>Returned to an earlier stage: planned sends stop.</summary>
    SentBack,

    /// <summary>Rejected, cancelled or closed: nothing may be sent any more.</summary>
    Ended,
}

public sealed record CampaignEvent(CampaignEventKind Kind, Campaign Campaign, Actor Actor, string? Reason, IReadOnlyList<string> ChangedParts);

/// <summary>Registered by subjects that own an effect of a campaign (reach-outs, monitoring). Called inside the transaction, in order of registration.</summary>
public interface ICampaignListener
{
    Task OnAsync(WriteTransaction tx, CampaignEvent happened, CancellationToken cancellationToken);
}

/// <summary>
/// Contributes facts that decisions read beside the brief's own (<see cref="CampaignFacts"/>): the forecast audience, whether a provider forbids
/// the content, whether signatures and templates are registered, lint findings. Names in snake_case; later sources win.
/// </summary>
public interface IFactSource
{
    Task AddAsync(OrchestratorDb db, Brief brief, IDictionary<string, object?> facts, CancellationToken cancellationToken);
}

/// <summary>Contributes the channel accounts that a brief's channels would use to its launch package.</summary>
public interface IPackageAccounts
{
    /// <returns>Channel kind to what identifies the account that sends: account id, signature, registration numbers. Stable order and content.</returns>
    Task<IReadOnlyDictionary<string, object?>> ForAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken);
}
