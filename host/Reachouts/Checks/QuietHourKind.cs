using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Dated rules <c>quiet-hours</c>, one per jurisdiction.</summary>
internal sealed class QuietHourKind(OrchestratorOptions options) : DatedRuleKind<QuietRule>
{
    private const int MostWindows = 40, MostDays = 400, MostZones = 40;
    private static readonly IReadOnlyList<ShippedRule> Box = ShippedRule.Load("Reachouts/quiet-hours.json");

    // Providers of the mainland take marketing at no other hour.
    private static readonly TimeOnly Earliest = new(8, 0), Latest = new(22, 0);

    public static IReadOnlyList<(string Name, DateOnly From, QuietRule Rule)> InTheBox { get; } = [.. Box.Select(rule => (rule.Name, rule.From, rule.Value.Deserialize<QuietRule>(JsonDefaults.Options)!))];

    private readonly TimeZoneInfo companyZone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public override string Name => "quiet-hours";
    public override IReadOnlyList<string> Proposers { get; } = [Role.Compliance, Role.ConsumerProtection, Role.ProcessAdmin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Compliance, Role.ConsumerProtection];
    public override IReadOnlyList<ShippedRule> Shipped => Box;

    /// <summary>The hours as they are published now, with those of the days to come.</summary>
    public async Task<QuietHours> HoursAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var rules = await PublishedAsync(db, cancellationToken);
        var holidays = rules.Any(rule => rule.Value.SilentHolidays.Count > 0) ? await db.CalendarDays.AsNoTracking().Where(day => !day.IsWorkingDay).Select(day => day.Date).ToListAsync(cancellationToken) : [];
        return new QuietHours([.. rules.Select(rule => (rule.Name, rule.From, rule.Value))], options.CompanyJurisdiction, companyZone, holidays.ToHashSet());
    }

    // From the commit on nothing more is leased by what held before.
    public override Task TakeEffectAsync(WriteTransaction tx, CancellationToken cancellationToken) => ReachoutControls.RereadAsync(tx, cancellationToken);

    protected override IEnumerable<FieldProblem> Problems(string name, QuietRule value)
    {
        if (!Jurisdiction.IsKnown(name))
            return [new FieldProblem("name", "field.jurisdiction", name)];
        // JSON may say null where an entry of a list stands.
        if (value.Windows.Any(window => window is null) || value.SilentDays.Any(day => day is null) || value.Zones.Any(zone => zone is null))
            return [new FieldProblem("value", "field.required")];
        var saysNothing = value.Windows.Count + value.SilentDays.Count + value.SilentHolidays.Count + value.Zones.Count == 0;
        if (value.Withdrawn || saysNothing)
            return value.Withdrawn == saysNothing ? [] : [new FieldProblem(value.Withdrawn ? "value.withdrawn" : "value.windows", value.Withdrawn ? "field.withdrawn-alone" : "field.required")];
        return Excess(value).Concat(value.Windows.SelectMany((window, i) => WindowProblems(name, window, $"value.windows[{i}]"))).Concat(HolidayProblems(name, value));
    }

    private static IEnumerable<FieldProblem> Excess(QuietRule value)
    {
        if (value.Windows.Count > MostWindows)
            yield return new FieldProblem("value.windows", "field.too-many", MostWindows);
        if (value.SilentDays.Count > MostDays)
            yield return new FieldProblem("value.silentDays", "field.too-many", MostDays);
        if (value.Zones.Count > MostZones)
            yield return new FieldProblem("value.zones", "field.too-many", MostZones);
        foreach (var zone in value.Zones.Take(MostZones).Where(zone => CustomerValues.CheckTimeZone(zone) is not null))
            yield return new FieldProblem("value.zones", "field.zone", zone);
    }

    private static IEnumerable<FieldProblem> WindowProblems(string name, SendWindow window, string path)
    {
        if (window.From >= window.Until)
            yield return new FieldProblem($"{path}.until", "field.window-empty");
        if (Jurisdiction.CountryOf(name) == Jurisdiction.Mainland && (window.From < Earliest || window.Until > Latest))
            yield return new FieldProblem(window.From < Earliest ? $"{path}.from" : $"{path}.until", "field.outer-hours", Earliest.ToString("HH:mm", null), Latest.ToString("HH:mm", null));
    }

    // There is one calendar, the company's.
    private IEnumerable<FieldProblem> HolidayProblems(string name, QuietRule value)
    {
        var country = Jurisdiction.CountryOf(options.CompanyJurisdiction);
        if (value.SilentHolidays.Count > 0 && Jurisdiction.CountryOf(name) != country)
            yield return new FieldProblem("value.silentHolidays", "field.holidays-elsewhere", country);
    }
}
