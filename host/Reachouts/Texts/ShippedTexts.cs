using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Puts the texts in the box into the library at start. A shipped text that changed with an upgrade becomes a new version, unless somebody has
/// written a version of their own since.
/// </summary>
internal sealed class ShippedTexts(Database database, TemplateLibrary library, AuditChain audit, BusinessClock clock) : IStartupStep
{
    public int Order => 110;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                var newest = (await tx.Db.Templates.AsNoTracking().ToListAsync(token))
                    .GroupBy(row => (row.Key, row.Channel, row.Language)).ToDictionary(group => group.Key, group => group.MaxBy(row => row.Version)!);
                foreach (var set in MessageLibrary.Sets)
                {
                    foreach (var message in set.Messages)
                        await SeedAsync(tx, set, message, newest, token);
                }
            },
            cancellationToken);

    private async Task SeedAsync(
        WriteTransaction tx, MessageSet set, ShippedMessage message, Dictionary<(string Key, string Channel, string Language), TemplateVersion> newest, CancellationToken cancellationToken)
    {
        var template = message.Template;
        var text = new TextDraft
        {
            Channel = TextDraft.Channels.First(name => Campaigns.BriefTemplates.ChannelOf(name) == template.Channel),
            Language = template.Language,
            Purpose = template.Purpose == MessagePurpose.Servicing ? "servicing" : "marketing",
            Title = template.Title,
            Body = template.Body,
            Html = template.Html,
            Variables = template.Variables,
        };
        var key = $"{set.Id}/{message.Phase}";
        var known = newest.GetValueOrDefault((key, text.Channel, text.Language));
        if (known is not null && (known.WrittenBy != Actor.System.UserName || known.Hash == TemplateHash.Of(template)))
            return;
        var row = library.Row(key, (known?.Version ?? 0) + 1, set.Name.Zh, set.Name.En, text, Actor.System.UserName);
        (row.State, row.PublishedBy, row.PublishedAt) = (TemplateState.Published, Actor.System.UserName, clock.GetUtcNow());
        tx.Db.Add(row);
        await audit.AppendAsync(tx, TemplateLibrary.Chain, Actor.System, cancellationToken, TemplateLibrary.Entry("template-published", row));
    }
}
