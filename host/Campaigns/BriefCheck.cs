using System.Text.RegularExpressions;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Web;
using Orchestrator.Templates;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Campaigns;

/// <summary>What can be wrong with a brief by itself, at any time. What may not be submitted is for <see cref="Submission"/>.</summary>
internal static partial class BriefCheck
{
    public static readonly string[] Objectives = ["acquire", "transact", "repay", "loyalty"];
    public static readonly string[] Forms = ["big-promotion", "periodic", "event-linked", "gamified"];
    public static readonly string[] Sources = ["business-plan", "product-demand", "competitor", "hotspot"];
    public static readonly string[] ChannelKinds = ["push", "wecom", "sms", "email", "oa", "oa-template", "manual"];
    public static readonly string[] Mechanics = ["coupon", "draw", "referral", "team", "limit-increase", "points", "none"];
    private const int PhaseLimit = 50;
    private const int CodeLimit = 100;
    private const int ParameterLimit = 30;
    private const int ParameterLength = 500;

    [GeneratedRegex("^[A-Za-z0-9-]{1,40}$")]
    private static partial Regex KeyPattern();

    public static IReadOnlyList<FieldProblem> Check(Brief brief)
    {
        var problems = new List<FieldProblem>();
        CheckHead(brief, problems);
        CheckAudience(brief, problems);
        CheckPhases(brief, problems);
        CheckMoney(brief, problems);
        problems.AddRange(LimitProblems("limits", brief.Limits.PerCustomerPerDay, brief.Limits.PerCustomerPer30Days, brief.Limits.Channels, brief.Limits.PerCustomerPerWeek, brief.Limits.PerCustomerPerMonth));
        for (var i = 0; i < brief.Guardrails.Count; i++)
            CheckFeel(brief.Guardrails[i].Condition, $"guardrails[{i}].condition", problems);
        return problems;
    }

    private static void CheckHead(Brief brief, List<FieldProblem> problems)
    {
        if (string.IsNullOrWhiteSpace(brief.Name))
            problems.Add(new FieldProblem("name", "field.required"));
        else if (brief.Name.Length > 100)
            problems.Add(new FieldProblem("name", "field.too-long", 100));
        CheckChoice(brief.Objective, Objectives, "objective", problems);
        CheckChoice(brief.Form, Forms, "form", problems);
        CheckChoice(brief.Source, Sources, "source", problems);
        if (string.IsNullOrWhiteSpace(brief.Goal.Metric))
            problems.Add(new FieldProblem("goal.metric", "field.required"));
        if (brief.Goal.Target <= 0)
            problems.Add(new FieldProblem("goal.target", "field.too-small", 0));
        if (brief.Window.End < brief.Window.Start)
            problems.Add(new FieldProblem("window.end", "field.end-before-start"));
        else if (brief.Window.Days > 366)
            problems.Add(new FieldProblem("window.end", "field.window-too-long", 366));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(brief.TimeZone, out _))
            problems.Add(new FieldProblem("timeZone", "field.time-zone", brief.TimeZone));
        if (brief.Product.MinAnnualRate > brief.Product.MaxAnnualRate)
            problems.Add(new FieldProblem("product.maxAnnualRate", "field.too-small", brief.Product.MinAnnualRate!));
    }

    private static void CheckAudience(Brief brief, List<FieldProblem> problems)
    {
        var audience = brief.Audience;
        if (string.IsNullOrWhiteSpace(audience.Rule))
            problems.Add(new FieldProblem("audience.rule", "field.required"));
        else
            CheckFeel(audience.Rule, "audience.rule", problems);
        if (!string.IsNullOrWhiteSpace(audience.Exclusion))
            CheckFeel(audience.Exclusion, "audience.exclusion", problems);
        if (audience.HoldoutPercent is < 0 or > 50)
            problems.Add(new FieldProblem("audience.holdoutPercent", "field.between", 0, 50));
        if (audience.HoldoutCount is < 0)
            problems.Add(new FieldProblem("audience.holdoutCount", "field.too-small", 0));
        else if (audience.HoldoutCount is not null && brief.Phases.Any(phase => phase.Recurrence is not null))
            problems.Add(new FieldProblem("audience.holdoutCount", "field.holdout-count-recurring"));
    }

    private static void CheckPhases(Brief brief, List<FieldProblem> problems)
    {
        if (brief.Phases.Count > PhaseLimit)
            problems.Add(new FieldProblem("phases", "field.too-many", PhaseLimit));
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < brief.Phases.Count; i++)
        {
            var (phase, at) = (brief.Phases[i], $"phases[{i}]");
            if (!KeyPattern().IsMatch(phase.Key))
                problems.Add(new FieldProblem($"{at}.key", "field.key"));
            else if (!keys.Add(phase.Key))
                problems.Add(new FieldProblem($"{at}.key", "field.twice", phase.Key));
            CheckDay(brief, phase, at, problems);
            if (phase.LatestMinutes < 1)
                problems.Add(new FieldProblem($"{at}.latestMinutes", "field.too-small", 1));
            if (phase.LateMinutes < 1)
                problems.Add(new FieldProblem($"{at}.lateMinutes", "field.too-small", 1));
            CheckChoice(phase.Purpose, ["marketing", "servicing"], $"{at}.purpose", problems);
            foreach (var channel in phase.Channels)
                CheckChoice(channel, ChannelKinds, $"{at}.channels", problems);
            // What serves a contract goes through "oa" and an account for template messages; marketing there is refused with its reason.
            if (phase.Purpose == "servicing" && phase.AllChannels().Contains("oa-template"))
                problems.Add(new FieldProblem($"{at}.channels", "field.choice-of", "oa-template", "oa"));
            CheckTexts(phase.Texts, at, problems);
            CheckSending(brief, phase, at, problems);
        }
    }

    private static void CheckDay(Brief brief, Phase phase, string at, List<FieldProblem> problems)
    {
        if (phase.DaysFromLaunch is < -PhaseDays.Farthest or > PhaseDays.Farthest)
            problems.Add(new FieldProblem($"{at}.daysFromLaunch", "field.between", -PhaseDays.Farthest, PhaseDays.Farthest));
        else if (phase is { DaysFromLaunch: null, Date: var day } && day == default)
            problems.Add(new FieldProblem($"{at}.date", "field.phase-day"));
        else if (phase.Date > brief.Window.End)
            problems.Add(new FieldProblem(phase.DaysFromLaunch is null ? $"{at}.date" : $"{at}.daysFromLaunch", "field.after-window"));
    }

    private static void CheckTexts(IReadOnlyList<MessageText> texts, string at, List<FieldProblem> problems)
    {
        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < texts.Count; i++)
        {
            var text = texts[i];
            CheckChoice(text.Channel, ChannelKinds, $"{at}.texts[{i}].channel", problems);
            if (string.IsNullOrWhiteSpace(text.Body))
                problems.Add(new FieldProblem($"{at}.texts[{i}].body", "field.required"));
            problems.AddRange(TextVariables.Problems(text.Variables, $"{at}.texts[{i}].variables", isForCampaigns: true));
            if (text.Template is { } template)
                CheckTemplate(template, $"{at}.texts[{i}].template", problems);
            if (!seen.Add((text.Channel, text.Language)))
                problems.Add(new FieldProblem($"{at}.texts[{i}]", "field.twice", $"{text.Channel} {text.Language}"));
        }
    }

    /// <summary>The form of a registered template; whether its values can be filled is checked with the text.</summary>
    private static void CheckTemplate(RegisteredTemplate template, string at, List<FieldProblem> problems)
    {
        CheckLength(template.Code, CodeLimit, $"{at}.code", problems);
        if (template.Parameters.Count > ParameterLimit)
            problems.Add(new FieldProblem($"{at}.parameters", "field.too-many", ParameterLimit));
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < template.Parameters.Count; i++)
        {
            var (parameter, field) = (template.Parameters[i], $"{at}.parameters[{i}]");
            CheckLength(parameter.Name, CodeLimit, $"{field}.name", problems);
            CheckLength(parameter.Value, ParameterLength, $"{field}.value", problems);
            if (parameter.Name is { } name && !names.Add(name))
                problems.Add(new FieldProblem($"{field}.name", "field.twice", name));
        }
    }

    private static void CheckLength(string? value, int most, string field, List<FieldProblem> problems)
    {
        if (string.IsNullOrWhiteSpace(value))
            problems.Add(new FieldProblem(field, "field.required"));
        else if (value.Length > most)
            problems.Add(new FieldProblem(field, "field.too-long", most));
    }

    /// <summary>What is wrong with limits of messages per customer, here or in a rule of the house.</summary>
    public static IEnumerable<FieldProblem> LimitProblems(string at, int? perDay, int? per30Days, IReadOnlyList<ChannelLimit> channels, int? perWeek = null, int? perMonth = null)
    {
        foreach (var (field, limit) in new[] { ("perCustomerPerDay", perDay), ("perCustomerPerWeek", perWeek), ("perCustomerPerMonth", perMonth), ("perCustomerPer30Days", per30Days) })
        {
            if (limit < 0)
                yield return new FieldProblem($"{at}.{field}", "field.too-small", 0);
        }
        string[] known = [.. CustomerChannels.All.Select(CustomerChannels.NameOf)];
        for (var i = 0; i < channels.Count; i++)
        {
            var (limit, entry) = (channels[i], $"{at}.channels[{i}]");
            // JSON may have null for an entry of a list.
            if (limit?.Channel is not { } channel || !known.Contains(channel))
            {
                yield return new FieldProblem($"{entry}.channel", "field.choice-of", limit?.Channel ?? "", string.Join(", ", known));
                continue;
            }
            if (channels.Take(i).Any(other => other?.Channel == channel))
                yield return new FieldProblem($"{entry}.channel", "field.twice", channel);
            foreach (var (field, most) in new[] { ("perCustomerPerDay", limit.PerCustomerPerDay), ("perCustomerPerWeek", limit.PerCustomerPerWeek), ("perCustomerPerMonth", limit.PerCustomerPerMonth), ("perCustomerPer30Days", limit.PerCustomerPer30Days) })
            {
                if (most is < 0 or > ChannelLimit.Most)
                    yield return new FieldProblem($"{entry}.{field}", "field.between", 0, ChannelLimit.Most);
            }
        }
    }

    private static void CheckMoney(Brief brief, List<FieldProblem> problems)
    {
        CheckBudget(brief, problems);
        if (brief.Incentive is not { } incentive)
            return;
        CheckChoice(incentive.Mechanic, Mechanics, "incentive.mechanic", problems);
        if (incentive.RewardCap < 0)
            problems.Add(new FieldProblem("incentive.rewardCap", "field.too-small", 0));
        if (incentive.Quantity < 0)
            problems.Add(new FieldProblem("incentive.quantity", "field.too-small", 0));
    }

    private static void CheckBudget(Brief brief, List<FieldProblem> problems)
    {
        if (brief.Budget.Messages < 0)
            problems.Add(new FieldProblem("budget.messages", "field.too-small", 0));
        var paying = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < brief.Budget.Lines.Count; i++)
        {
            var (line, at) = (brief.Budget.Lines[i], $"budget.lines[{i}]");
            if (line.Amount < 0)
                problems.Add(new FieldProblem($"{at}.amount", "field.too-small", 0));
            foreach (var channel in line.Channels)
                CheckChoice(channel, ChannelKinds, $"{at}.channels", problems);
            foreach (var phase in line.Phases.Where(key => brief.Phases.All(phase => phase.Key != key)))
                problems.Add(new FieldProblem($"{at}.phases", "field.no-such-phase", phase));
            // Money is counted by the line's name.
            if (line.Channels.Count > 0 && (string.IsNullOrWhiteSpace(line.Name) || !paying.Add(line.Name)))
                problems.Add(new FieldProblem($"{at}.name", "field.twice", line.Name));
        }
    }

    private static void CheckFeel(string text, string field, List<FieldProblem> problems)
    {
        if (!FeelExpression.TryCompile(text, out _, out var error))
            problems.Add(new FieldProblem(field, "field.feel", error!.Message));
    }

    private static void CheckChoice(string value, string[] choices, string field, List<FieldProblem> problems)
    {
        if (!choices.Contains(value, StringComparer.Ordinal))
            problems.Add(new FieldProblem(field, "field.choice-of", value, string.Join(", ", choices)));
    }
}
