namespace Orchestrator.Channels;

/// <summary>Turns messages of a manual channel into work for people.</summary>
public interface IManualWork
{
    /// <summary>Creates (or extends) one task that asks for proof. Must be idempotent by message id and attempt.</summary>
    /// <returns>Reference of the task; the ledger keeps it as the provider's reference.</returns>
    Task<string> AssignAsync(ManualAssignment assignment, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken);
}

/// <summary>Who does the work, and what counts as proof.</summary>
/// <param name="Place">branch, community, banner or offline.</param>
/// <param name="Role">Role whose members may take the task.</param>
/// <param name="Instructions">What to do, in the account's words.</param>
/// <param name="Proof">What to attach: screenshot, photo, link.</param>
/// <param name="DueWorkingDays">Due after so many working days.</param>
public sealed record ManualAssignment(string Place, string Role, string Instructions, string Proof, int DueWorkingDays);
