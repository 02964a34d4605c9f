using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Retrospectives;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Components;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Draws a campaign's goal over its window: what was reached, the even pace, and the holdout scaled to the size of the treated.</summary>
internal sealed class GoalChart(Database database, Show show, Texts texts)
{
    public async Task<ChartData> OfAsync(Campaign campaign, Brief brief, Figures figures, CancellationToken cancellationToken)
    {
        var (id, metric) = (campaign.Id, MetricOf(brief.Goal));
        var days = await database.ReadAsync((db, token) => db.MetricDays.Where(row => row.CampaignId == id && row.Metric == metric).ToListAsync(token), cancellationToken);
        var unit = metric == Metric.ConversionValue ? 1_000_000m : 1m;
        var dates = Enumerable.Range(0, brief.Window.Days).Select(brief.Window.Start.AddDays).ToList();
        var scale = figures.Holdout.Size == 0 ? 0 : (decimal)figures.Treated.Size / figures.Holdout.Size;
        decimal? Sum(string arm, DateOnly until, decimal factor) => until > show.Today ? null : Math.Round(days.Where(row => row.Arm == arm && row.Day <= until).Sum(row => row.Value) / unit * factor, 1);
        return new ChartData(
            [.. dates.Select(show.Day)],
            [
                new ChartSeries(texts["results.actual"], [.. dates.Select(day => Sum("treated", day, 1))], Area: true),
                new ChartSeries(texts["results.pace"], [.. dates.Select(day => (decimal?)Math.Round(Pace.ExpectedBy(brief.Goal, brief.Window, day), 1))], Tone: "muted-line", Dashed: true),
                new ChartSeries(texts["results.holdout-scaled"], [.. dates.Select(day => Sum("holdout", day, scale))], Tone: "warn-line"),
            ]);
    }

    private static string MetricOf(Goal goal) =>
        goal.Metric.Contains("amount", StringComparison.Ordinal) ? Metric.ConversionValue
        : goal.Metric.StartsWith("particip", StringComparison.Ordinal) ? Metric.Participants
        : Metric.Converters;
}
