using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>Steps, experiments, roll-outs and recurrences of a phase.</summary>
internal static partial class BriefCheck
{
    private const int StepLimit = 5;
    private const int VariantLimit = 8;

    private static void CheckSending(Brief brief, Phase phase, string at, List<FieldProblem> problems)
    {
        CheckChoice(phase.Timing, SendTimings.All, $"{at}.timing", problems);
        CheckLink(phase.Link, $"{at}.link", problems);
        CheckSteps(phase, at, problems);
        if (phase.Experiment is { } experiment)
            CheckExperiment(experiment, $"{at}.experiment", problems);
        if (phase.Rollout is { } rollout)
            CheckRollout(rollout, $"{at}.rollout", problems);
        if (phase.PerDay < 1)
            problems.Add(new FieldProblem($"{at}.perDay", "field.too-small", 1));
        if (phase.Recurrence is { } recurrence)
            CheckRecurrence(recurrence, brief, phase, $"{at}.recurrence", problems);
        CheckTogether(phase, at, problems);
    }

    private static void CheckSteps(Phase phase, string at, List<FieldProblem> problems)
    {
        if (phase.Steps.Count > StepLimit)
            problems.Add(new FieldProblem($"{at}.steps", "field.too-many", StepLimit));
        for (var i = 0; i < phase.Steps.Count; i++)
        {
            var (step, field) = (phase.Steps[i], $"{at}.steps[{i}]");
            CheckChoice(step.When, StepWhen.All, $"{field}.when", problems);
            if (step.AfterHours is < 0 or > 720)
                problems.Add(new FieldProblem($"{field}.afterHours", "field.between", 0, 720));
            if (step.Early && !StepWhen.CanBeEarly(step.When))
                problems.Add(new FieldProblem($"{field}.early", "field.never-early"));
            else if (step.Early && step.AfterHours == 0)
                problems.Add(new FieldProblem($"{field}.afterHours", "field.positive"));
            if (step.LatestMinutes < 1)
                problems.Add(new FieldProblem($"{field}.latestMinutes", "field.too-small", 1));
            if (step.Channels is { } channels)
                CheckChannels(channels, $"{field}.channels", problems);
            if (step.Texts is { } texts)
                CheckTexts(texts, field, problems);
            CheckLink(step.Link, $"{field}.link", problems);
            // Without a link of ours nobody can be seen to click.
            var before = i == 0 ? phase.Link : phase.Steps[i - 1].Link ?? phase.Link;
            if (step.When is StepWhen.Clicked or StepWhen.NotClicked && before is null)
                problems.Add(new FieldProblem($"{field}.when", "field.needs-link"));
        }
    }

    private static void CheckExperiment(Experiment experiment, string at, List<FieldProblem> problems)
    {
        if (!KeyPattern().IsMatch(experiment.Key))
            problems.Add(new FieldProblem($"{at}.key", "field.key"));
        CheckChoice(experiment.Metric, ["conversion", "click", "participation"], $"{at}.metric", problems);
        if (experiment.Variants.Count is < 2 or > VariantLimit)
            problems.Add(new FieldProblem($"{at}.variants", "field.between", 2, VariantLimit));
        if (experiment.TestPercent is <= 0 or > 100)
            problems.Add(new FieldProblem($"{at}.testPercent", "field.between", 0, 100));
        if (experiment.Winner.Significance is <= 0 or > 0.5m)
            problems.Add(new FieldProblem($"{at}.winner.significance", "field.between", 0, 0.5));
        if (experiment.Winner.Effect is <= 0 or > 1)
            problems.Add(new FieldProblem($"{at}.winner.effect", "field.between", 0, 1));
        if (experiment.Winner.MinimumPerVariant < 1)
            problems.Add(new FieldProblem($"{at}.winner.minimumPerVariant", "field.too-small", 1));
        if (experiment.Winner.AskAfterHours is < 1 or > 720)
            problems.Add(new FieldProblem($"{at}.winner.askAfterHours", "field.between", 1, 720));
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < experiment.Variants.Count; i++)
        {
            var (variant, field) = (experiment.Variants[i], $"{at}.variants[{i}]");
            if (!KeyPattern().IsMatch(variant.Key))
                problems.Add(new FieldProblem($"{field}.key", "field.key"));
            else if (!keys.Add(variant.Key))
                problems.Add(new FieldProblem($"{field}.key", "field.twice", variant.Key));
            if (variant.Share <= 0)
                problems.Add(new FieldProblem($"{field}.share", "field.positive"));
            if (variant.Channels is { } channels)
                CheckChannels(channels, $"{field}.channels", problems);
            if (variant.Texts is { } texts)
                CheckTexts(texts, field, problems);
            CheckLink(variant.Link, $"{field}.link", problems);
        }
    }

    private static void CheckRollout(Rollout rollout, string at, List<FieldProblem> problems)
    {
        if (rollout.FirstPercent is <= 0 or >= 100)
            problems.Add(new FieldProblem($"{at}.firstPercent", "field.between", 0, 100));
        if (rollout.ObserveMinutes is < 1 or > 10_080)
            problems.Add(new FieldProblem($"{at}.observeMinutes", "field.between", 1, 10_080));
        if (!string.IsNullOrWhiteSpace(rollout.Condition))
            CheckFeel(rollout.Condition, $"{at}.condition", problems);
    }

    private static void CheckRecurrence(Recurrence recurrence, Brief brief, Phase phase, string at, List<FieldProblem> problems)
    {
        if (recurrence.Until < phase.Date)
            problems.Add(new FieldProblem($"{at}.until", "field.end-before-start"));
        if (recurrence.Ceiling < 1)
            problems.Add(new FieldProblem($"{at}.ceiling", "field.too-small", 1));
        if (recurrence.Rule is { } text && recurrence.Cron is null && RecurrenceRule.Read(text).Problem is { } problem)
            problems.Add(new FieldProblem($"{at}.rule", problem.TextKey, problem.Args));
        else if (RecurrenceCron.Of(recurrence, phase.Time) is null)
            problems.Add(new FieldProblem(recurrence.Cron is null ? $"{at}.rule" : $"{at}.cron", "field.recurrence"));
        else if (TimeZoneInfo.TryFindSystemTimeZoneById(brief.TimeZone, out var zone) && RecurrenceCron.SpanOf(brief, phase) is { } span && !span.Moments(zone).Any())
            problems.Add(new FieldProblem($"{at}.rule", "field.rrule-never"));
    }

    /// <summary>What contradicts each other in one phase; the rest goes together.</summary>
    private static void CheckTogether(Phase phase, string at, List<FieldProblem> problems)
    {
        // Each of these decides who goes first.
        if (new[] { phase.Rollout is not null, phase.PerDay is not null, phase.Experiment is { TestPercent: < 100 } }.Count(used => used) > 1)
            problems.Add(new FieldProblem(at, "field.one-wave"));
        // What was found holds for one audience; the next occurrence has another.
        if (phase.Experiment is not null && phase.Recurrence is not null)
            problems.Add(new FieldProblem($"{at}.experiment", "field.experiment-recurring"));
        if (phase.PerDay is null)
            return;
        // Tomorrow's day begins in the first zones before today's has ended in the last.
        if (phase.Timing != SendTimings.Fixed)
            problems.Add(new FieldProblem($"{at}.perDay", "field.drip-timing"));
        if (phase.LatestMinutes >= 24 * 60)
            problems.Add(new FieldProblem($"{at}.latestMinutes", "field.between", 1, (24 * 60) - 1));
    }

    private static void CheckChannels(IReadOnlyList<string> channels, string at, List<FieldProblem> problems)
    {
        if (channels.Count == 0)
            problems.Add(new FieldProblem(at, "field.required"));
        foreach (var channel in channels)
            CheckChoice(channel, ChannelKinds, at, problems);
    }

    private static void CheckLink(TrackedLink? link, string at, List<FieldProblem> problems)
    {
        if (link is null)
            return;
        if (!Uri.TryCreate(link.Target, UriKind.Absolute, out var target) || target.Scheme != Uri.UriSchemeHttps || target.UserInfo.Length > 0)
            problems.Add(new FieldProblem($"{at}.target", "field.https"));
        if (link.ExpiresDays is < 1 or > 365)
            problems.Add(new FieldProblem($"{at}.expiresDays", "field.between", 1, 365));
    }
}
