using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using static System.FormattableString;

namespace Orchestrator.Host.Audiences;

/// <summary>How long the same customers are held out of all marketing; calendar periods of the company's zone.</summary>
public enum HoldoutPeriod
{
    Month,
    Quarter,
    HalfYear,
    Year,
}

/// <summary>A share of all customers that gets no marketing. Zero ends it.</summary>
public sealed record GlobalShare(decimal Percent, HoldoutPeriod Period = HoldoutPeriod.Quarter);

/// <summary>Dated rules <c>global-holdout</c>; there is one, named <c>all</c>.</summary>
internal sealed class GlobalHoldoutKind : DatedRuleKind<GlobalShare>
{
    public const string Everybody = "all";
    private const decimal Most = 20;

    public override string Name => "global-holdout";
    public override IReadOnlyList<string> Proposers { get; } = [Role.BusinessHead, Role.ProcessAdmin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Risk, Role.Compliance, Role.Executive];

    // Who is held out today was decided by what holds today; a change of the past would tell another story.
    public override bool BeginsLater => true;

    protected override IEnumerable<FieldProblem> Problems(string name, GlobalShare value)
    {
        if (name != Everybody)
            yield return new FieldProblem("name", "field.choice-of", name, Everybody);
        if (value.Percent is < 0 or > Most)
            yield return new FieldProblem("value.percent", "field.between", 0, Most);
    }
}

/// <summary>
/// Who is held out of all marketing: those whose keyed hash over the period and their external id lies in the share. Another period draws others; a
/// larger share of the same period keeps whom the smaller one had (docs/decisions/0170-global-holdout.md). Immutable and thread-safe.
/// </summary>
public sealed class GlobalHoldout
{
    public static readonly GlobalHoldout None = new([], [], TimeZoneInfo.Utc, null);

    private readonly byte[] key;
    private readonly IReadOnlyList<(DateOnly From, GlobalShare Share)> shares;
    private readonly TimeZoneInfo zone;
    private readonly DateTimeOffset? since;

    /// <param name="key">Of the installation.</param>
    /// <param name="shares">Oldest first.</param>
    /// <param name="zone">Whose days begin the periods.</param>
    /// <param name="since">When the campaign drew its audience: who was held out then is held out of all of it.</param>
    public GlobalHoldout(byte[] key, IReadOnlyList<(DateOnly From, GlobalShare Share)> shares, TimeZoneInfo zone, DateTimeOffset? since) =>
        (this.key, this.shares, this.zone, this.since) = (key, shares, zone, since);

    /// <summary>Nobody is, at any time.</summary>
    public bool IsEmpty => shares.Count == 0;

    /// <summary>Held out when the campaign drew its audience: the arm that the customer has in it.</summary>
    public bool IsArm(string externalId, DateTimeOffset joined) => Holds(externalId, since ?? joined);

    /// <summary>Gets no marketing of the campaign now.</summary>
    public bool KeepsBack(string externalId, DateTimeOffset now) => Holds(externalId, now) || (since is { } at && Holds(externalId, at));

    private bool Holds(string externalId, DateTimeOffset at)
    {
        if (shares.Count == 0)
            return false;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        return shares.LastOrDefault(row => row.From <= day).Share is { Percent: > 0 } share && Rank(PeriodOf(share.Period, day), externalId) < (long)(long.MaxValue / 100m * share.Percent);
    }

    private long Rank(string period, string externalId)
    {
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{period}\n{externalId}"));
        return BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue;
    }

    private static string PeriodOf(HoldoutPeriod period, DateOnly day) => period switch
    {
        HoldoutPeriod.Month => Invariant($"{day.Year}-{day.Month:00}"),
        HoldoutPeriod.Quarter => Invariant($"{day.Year}-Q{((day.Month - 1) / 3) + 1}"),
        HoldoutPeriod.HalfYear => Invariant($"{day.Year}-H{((day.Month - 1) / 6) + 1}"),
        _ => Invariant($"{day.Year}"),
    };
}

/// <summary>Reads the global holdout as a campaign sees it.</summary>
internal sealed class GlobalHoldouts(GlobalHoldoutKind kind, PersonalData personal, OrchestratorOptions options)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    /// <summary>For a campaign that runs; before it has frozen its audience only the moment of the question counts.</summary>
    public async Task<GlobalHoldout> OfAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken)
    {
        var shares = await SharesAsync(db, cancellationToken);
        return shares.Count == 0 ? GlobalHoldout.None
            : new GlobalHoldout(personal.HoldoutKey, shares, zone, await db.AudienceFreezes.Where(row => row.CampaignId == campaignId).Select(row => (DateTimeOffset?)row.StartedAt).SingleOrDefaultAsync(cancellationToken));
    }

    /// <summary>As if the audience were drawn at <paramref name="at"/>.</summary>
    public async Task<GlobalHoldout> AtAsync(OrchestratorDb db, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var shares = await SharesAsync(db, cancellationToken);
        return shares.Count == 0 ? GlobalHoldout.None : new GlobalHoldout(personal.HoldoutKey, shares, zone, at);
    }

    private async Task<IReadOnlyList<(DateOnly From, GlobalShare Share)>> SharesAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        [.. (await kind.PublishedAsync(db, cancellationToken)).Where(row => row.Name == GlobalHoldoutKind.Everybody).Select(row => (row.From, row.Value))];
}
