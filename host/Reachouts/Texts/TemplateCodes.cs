using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>A text without the code of its registered template, and the account that sends nothing else.</summary>
/// <param name="Occasion">The phase, or the step or variant of it, by the name that people know.</param>
public sealed record MissingCode(string Occasion, string Channel, string Language, string Account);

/// <summary>Holds texts against the providers that send registered templates only.</summary>
internal static class TemplateCodes
{
    /// <summary>Every text of a brief that the account of its channel could not send.</summary>
    public static async Task<IReadOnlyList<MissingCode>> MissingAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken)
    {
        var accounts = await ChannelAccounts.InUseAsync(db, cancellationToken);
        return
        [
            .. from phase in brief.Phases
               from occasion in phase.Occasions()
               from text in occasion.Texts
               where text.Template is null && occasion.Channels.Contains(text.Channel)
               from account in ReachoutAccounts.RoutesOf(phase, accounts).Where(route => route.Kind == ChannelNames.TryParse(text.Channel)).SelectMany(route => route.Accounts)
               where account.NeedsCode
               select new MissingCode(occasion.Key == phase.Key ? phase.Name : occasion.Key, text.Channel, text.Language, account.Name),
        ];
    }

    /// <exception cref="TemplateException">The account sends registered templates only, and the text names none.</exception>
    public static void Require(ChannelAccount account, CompiledTemplate template)
    {
        if (template.Template.Registered is null && AreNeeded(account.Provider))
            throw new TemplateException($"Template '{template.Template.Id}': the account '{account.Name}' sends registered templates only, and the text has no template code.");
    }

    /// <summary>Whether the provider sends registered templates only.</summary>
    public static bool AreNeeded(string? provider) => provider is not null && ChannelProviders.Find(provider)?.Limits.NeedsTemplateCode == true;
}
