using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>A scope that a stop can be about, as a dialog offers it.</summary>
public sealed record HoldChoice(string Scope, string Text);

/// <summary>Choices of a kind. <paramref name="Label"/> says how far they reach.</summary>
public sealed record HoldGroup(string Label, IReadOnlyList<HoldChoice> Choices);

/// <summary>The scopes of stops in people's words: which can be chosen where, which of those in force concern a campaign, and what each is called.</summary>
internal sealed class HoldScopes(Database database, Texts texts)
{
    /// <summary>Stands for a wording that is typed beside it.</summary>
    public const string Wording = "wording";
    private const int TextStart = 24;

    /// <summary>The campaign, its reach-outs that are not over, and what it shares with other campaigns.</summary>
    public async Task<IReadOnlyList<HoldGroup>> OfCampaignAsync(Campaign campaign, Brief brief, CancellationToken cancellationToken)
    {
        var open = await database.ReadAsync(
            (db, token) => db.Reachouts.Where(row => row.CampaignId == campaign.Id && row.State != ReachoutState.Completed && row.State != ReachoutState.Stopped).OrderBy(row => row.Due).ToListAsync(token), cancellationToken);
        var channels = brief.Phases.SelectMany(phase => phase.AllChannels()).Distinct().Select(channel => ControlScope.Channel(channel).Key);
        var segment = brief.Audience.SegmentId is { } key ? [ControlScope.Segment(key).Key] : Array.Empty<string>();
        var kinds = brief.Phases.SelectMany(phase => phase.AllChannels()).Select(ChannelNames.TryParse).OfType<ChannelKind>().ToHashSet();
        var shared = await NamesAsync([.. channels, .. segment, .. (await AccountsAsync(cancellationToken)).Where(account => account.IsInUse && kinds.Contains(account.Kind)).Select(account => ControlScope.Account(account.No).Key)], cancellationToken);
        return Filled(
            new HoldGroup(texts["sending.group.campaign"], [Whole(campaign.Id), .. open.Select(row => OfReachout(row.Id, row.Name))]),
            new HoldGroup(texts["sending.group.channel"], Choices(shared, ControlScope.ChannelPrefix)),
            new HoldGroup(texts["sending.group.account"], Choices(shared, ControlScope.AccountPrefix)),
            new HoldGroup(texts["sending.group.segment"], Choices(shared, ControlScope.SegmentPrefix)),
            new HoldGroup(texts["sending.group.text"], [.. (await TextsAsync(brief, cancellationToken)).DistinctBy(text => text.Scope)]),
            Words());
    }

    /// <summary>What is being sent of one campaign.</summary>
    public IReadOnlyList<HoldGroup> OfRunning(IEnumerable<ReachoutLine> lines)
    {
        var running = lines.ToList();
        return [new HoldGroup(texts["sending.group.campaign"], [Whole(running[0].CampaignId), .. running.Select(line => OfReachout(line.Id, line.Name))])];
    }

    /// <summary>Everything, a channel that there is an account for, a segment, or a wording.</summary>
    public async Task<IReadOnlyList<HoldGroup>> OfAllAsync(CancellationToken cancellationToken)
    {
        var accounts = await AccountsAsync(cancellationToken);
        var segments = await database.ReadAsync((db, token) => db.Segments.Where(row => row.State == SegmentState.Published).Select(row => row.Key).Distinct().ToListAsync(token), cancellationToken);
        var names = await NamesAsync(
            [
                .. accounts.Select(account => account.Kind).Distinct().Order().Select(kind => ControlScope.Channel(ChannelNames.Of(kind)).Key),
                .. accounts.Select(account => ControlScope.Account(account.No).Key),
                .. segments.Order(StringComparer.Ordinal).Select(key => ControlScope.Segment(key).Key),
            ],
            cancellationToken);
        return Filled(
            new HoldGroup(texts["sending.group.all"], [new HoldChoice(ControlScope.All.Key, texts["sending.everything"])]),
            new HoldGroup(texts["sending.group.channel"], Choices(names, ControlScope.ChannelPrefix)),
            new HoldGroup(texts["sending.group.account"], Choices(names, ControlScope.AccountPrefix)),
            new HoldGroup(texts["sending.group.segment"], Choices(names, ControlScope.SegmentPrefix)),
            Words());
    }

    /// <summary>What was chosen in a <c>HoldDialog</c>.</summary>
    public static Outcome<ControlScope> Read(IFormCollection posted)
    {
        var scope = posted["scope"].ToString();
        if (scope != Wording)
            return new ControlScope(scope);
        var words = posted["words"].ToString().Trim();
        return ControlScope.IsValid(ControlScope.Wording(words).Key) ? ControlScope.Wording(words) : Refusal.Invalid(new FieldProblem("words", "field.words"));
    }

    /// <summary>Names of scopes; one that is about nothing there is any more keeps its key.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var scopes = keys.Select(key => new ControlScope(key)).ToList();
        var campaigns = scopes.Select(scope => scope.CampaignId).OfType<Guid>().ToList();
        var reachouts = scopes.Select(scope => scope.ReachoutId).OfType<Guid>().ToList();
        var segments = scopes.Select(scope => scope.SegmentKey).OfType<string>().ToList();
        var accounts = scopes.Select(scope => scope.AccountNo).OfType<int>().ToList();
        var templates = scopes.Select(scope => scope.After(ControlScope.TemplatePrefix)).OfType<string>().ToList();
        var found = await database.ReadAsync(
            async (db, token) => new List<(string Key, string Name)>(
            [
                .. (await db.Campaigns.Where(row => campaigns.Contains(row.Id)).Select(row => new { row.Id, row.Name }).ToListAsync(token)).Select(row => (ControlScope.Campaign(row.Id).Key, row.Name)),
                .. (await db.Reachouts.Where(row => reachouts.Contains(row.Id)).Join(db.Campaigns, row => row.CampaignId, row => row.Id, (reachout, campaign) => new { reachout.Id, reachout.Name, Campaign = campaign.Name }).ToListAsync(token)).Select(row => (ControlScope.Reachout(row.Id).Key, $"{row.Campaign} · {row.Name}")),
                .. (await db.Segments.Where(row => segments.Contains(row.Key)).OrderBy(row => row.Version).ToListAsync(token)).Select(row => (ControlScope.Segment(row.Key).Key, texts["sending.segment-named", In(row.NameChinese, row.NameEnglish)])),
                .. (await db.ChannelAccounts.Where(row => accounts.Contains(row.No)).Select(row => new { row.No, row.Name }).ToListAsync(token)).Select(row => (ControlScope.Account(row.No).Key, texts["sending.account-named", row.Name])),
                .. (await db.Templates.Where(row => templates.Contains(row.Key)).OrderBy(row => row.Version).ToListAsync(token)).Select(row => (ControlScope.Template(row.Key).Key, texts["sending.template-named", In(row.NameZh, row.NameEn)])),
            ]),
            cancellationToken);
        var names = keys.Distinct().ToDictionary(key => key, Plain);
        foreach (var (key, name) in found)
            names[key] = name;
        return names;
    }

    /// <summary>Those of the scopes that stop messages of a launched campaign.</summary>
    public async Task<IReadOnlyList<string>> AboutAsync(Campaign campaign, Brief brief, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var own = await database.ReadAsync((db, token) => db.Reachouts.Where(row => row.CampaignId == campaign.Id).Select(row => row.Id).ToListAsync(token), cancellationToken);
        HashSet<string> known =
        [
            ControlScope.All.Key, ControlScope.Campaign(campaign.Id).Key, .. own.Select(id => ControlScope.Reachout(id).Key),
            .. brief.Phases.SelectMany(phase => phase.AllChannels()).Select(channel => ControlScope.Channel(channel).Key),
            .. brief.Audience.SegmentId is { } segment ? [ControlScope.Segment(segment).Key] : Array.Empty<string>(),
        ];
        var kinds = brief.Phases.SelectMany(phase => phase.AllChannels()).Select(ChannelNames.TryParse).OfType<ChannelKind>().ToHashSet();
        known.UnionWith((await AccountsAsync(cancellationToken)).Where(account => account.IsInUse && kinds.Contains(account.Kind)).Select(account => ControlScope.Account(account.No).Key));
        var about = new List<string>();
        foreach (var scope in scopes)
        {
            if (known.Contains(scope) || (new ControlScope(scope).IsOfTexts && await IsAboutTextsAsync(brief, new ControlScope(scope), cancellationToken)))
                about.Add(scope);
        }
        return about;
    }

    // A disabled one sends nothing, but what it took before may still be called back.
    private Task<List<ChannelAccount>> AccountsAsync(CancellationToken cancellationToken) => database.ReadAsync((db, token) => db.ChannelAccounts.OrderBy(row => row.No).ToListAsync(token), cancellationToken);

    private Task<bool> IsAboutTextsAsync(Brief brief, ControlScope scope, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                foreach (var text in brief.Phases.SelectMany(phase => phase.AllTexts()))
                {
                    if (await TextScopes.IsAboutAsync(db, scope, text, token))
                        return true;
                }
                return false;
            },
            cancellationToken);

    // A text as it stands in the library is stopped by its template, whoever uses it; one that was rewritten by itself.
    private async Task<List<HoldChoice>> TextsAsync(Brief brief, CancellationToken cancellationToken)
    {
        var all = brief.Phases.SelectMany(phase => phase.AllTexts().Select(text => (phase, text))).ToList();
        var bodies = all.Select(item => item.text.Body).Distinct().ToList();
        var library = (await database.ReadAsync((db, token) => db.Templates.Where(row => bodies.Contains(row.Body)).OrderByDescending(row => row.Version).ToListAsync(token), cancellationToken))
            .ToLookup(row => (row.Channel, row.Language, row.Body));
        return all.ConvertAll(item => library[(item.text.Channel, item.text.Language, item.text.Body)].FirstOrDefault() is { } template
            ? new HoldChoice(ControlScope.Template(template.Key).Key, texts["sending.template-named", In(template.NameZh, template.NameEn)])
            : new HoldChoice(ControlScope.Text(SendJobs.TextHash(item.text)).Key, $"{item.phase.Name} · {texts[$"channel.{item.text.Channel}"]} · {Start(item.text.Body)}"));
    }

    private HoldChoice Whole(Guid campaign) => new(ControlScope.Campaign(campaign).Key, texts["sending.whole-campaign"]);

    private HoldChoice OfReachout(Guid id, string name) => new(ControlScope.Reachout(id).Key, texts["sending.reachout-named", name]);

    private HoldGroup Words() => new(texts["sending.group.wording"], [new HoldChoice(Wording, texts["sending.by-wording"])]);

    private static List<HoldGroup> Filled(params HoldGroup[] groups) => [.. groups.Where(group => group.Choices.Count > 0)];

    private static List<HoldChoice> Choices(IReadOnlyDictionary<string, string> names, string prefix) =>
        [.. names.Where(name => name.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(name => new HoldChoice(name.Key, name.Value))];

    private string Plain(string key)
    {
        var scope = new ControlScope(key);
        return key == ControlScope.All.Key ? texts["sending.everything"]
            : scope.ChannelKind is { } kind ? texts["sending.channel-named", texts[$"channel.{ChannelNames.Of(kind)}"]]
            : scope.After(ControlScope.WordingPrefix) is { } words ? texts["sending.wording-named", words]
            : scope.After("text:") is { } hash ? texts["sending.text-named", hash[..Math.Min(8, hash.Length)]]
            : key;
    }

    private static string Start(string body) => new StringInfo(body) is { LengthInTextElements: > TextStart } text ? text.SubstringByTextElements(0, TextStart) + "…" : body;

    private static string In(string chinese, string english) => Texts.Language == Texts.Chinese ? chinese : english;
}
