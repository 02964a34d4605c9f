using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Takes an account out of live use: when it returns with nothing in flight, nothing more leaves through the account's provider.</summary>
public sealed class AccountSwitch(ChannelAccounts accounts, ReachoutControls controls)
{
    public async Task<Outcome<SwitchedAccount>> ToSandboxAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await accounts.BackToSandboxAsync(id, actor, cancellationToken);
        return outcome.Refusal is { } refusal ? refusal : await PassAsync(outcome.Value, cancellationToken);
    }

    /// <summary>Waits until no message that was leased for the account before is in flight.</summary>
    public async Task<SwitchedAccount> PassAsync(ChannelAccount account, CancellationToken cancellationToken) =>
        new(account, await controls.WaitAsync(ControlScope.Account(account.No), cancellationToken));
}

/// <summary>An account after a switch, and what was still in flight through it.</summary>
public sealed record SwitchedAccount(ChannelAccount Account, BarrierResult Barrier);
