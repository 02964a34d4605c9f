using System.Globalization;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Statements of follow-ups, the same on both databases. They look at a range of customers by primary key. A message whose fate is unknown leads nowhere; when it is
/// settled, its hours begin. The sub-selects take one row each on purpose: such are looked up by index for each customer, whatever a planner without statistics believes.
/// </summary>
internal static class StepSql
{
    /// <summary>How long a message of unknown fate is waited for.</summary>
    private const long UnknownFor = 24 * 3_600_000L;

    /// <summary>What is known for certain is acted on within this, together with what else is known by then.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>When a waiting message expires, Unix ms.</summary>
    private const string Latest = "CASE WHEN latest_minute = 0 THEN @latest ELSE CAST(latest_minute AS bigint) * 60000 END";

    /// <summary>What is overdue of a range's waiting messages.</summary>
    public const string IsOverdue = $" AND {Latest} <= @now";

    /// <summary>When the first waiting message of a range expires.</summary>
    public const string FirstLatest = $"SELECT MIN({Latest}) FROM messages WHERE occurrence_id = @occurrence AND customer_no BETWEEN @first AND @last AND state IN (0, 6)";

    /// <summary>Gives messages that were planned again until then.</summary>
    public const string PutOff = "UPDATE messages SET latest_minute = @latest WHERE occurrence_id = @occurrence AND customer_no BETWEEN @first AND @last AND state = 0 AND latest_minute <> 0 AND latest_minute < @latest";

    /// <summary>
    /// Plans a step for whoever its condition holds of: once the hours since their own message have passed, or, where the step is early, as soon as it is certain.
    /// </summary>
    public static string Plan(PhaseStep step) => $"""
        INSERT INTO messages (occurrence_id, customer_no, step, state, reason, channel, account_no, attempt, route, epoch, lease_until, due_at, changed_at, cap_day, cost, variant, latest_minute)
        SELECT @occurrence, m.customer_no, @step, 0, 0, 0, 0, 0, 0, 0, 0, 0, @now, 0, 0, 0, @latest FROM messages m
        WHERE m.occurrence_id = @occurrence AND m.customer_no BETWEEN @first AND @last AND m.step = @step - 1
            AND ((m.changed_at + {Hours(step)} <= @now AND {Holds(step)}){(step.Early ? $" OR {IsCertain(step)}" : "")})
        ON CONFLICT (occurrence_id, customer_no, step) DO NOTHING
        """;

    /// <summary>When the next customer of a range may get a step, by the business clock: one whose time is past but who has no step yet is one whom nobody has looked at.</summary>
    public static string Next(IReadOnlyList<PhaseStep> steps) => $"SELECT MIN(at) FROM ({string.Join(" UNION ALL ", steps.Select((step, i) => Next(step, i + 1)))}) AS x";

    private static string Next(PhaseStep step, int number) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT MIN(CASE WHEN m.state = 8 THEN m.changed_at + {UnknownFor} {(step.Early ? $"WHEN {IsCertain(step)} THEN m.changed_at + {(long)Soon.TotalMilliseconds}" : "")} ELSE m.changed_at + {Hours(step)} END) AS at
        FROM messages m
        WHERE m.occurrence_id = @occurrence AND m.customer_no BETWEEN @first AND @last AND m.step = {number - 1}
            AND ((m.state = 8 AND m.changed_at + {UnknownFor} > @now) OR ({MayHold(step)} AND (m.changed_at + {Hours(step)} > @now OR {Holds(step)})))
            AND (SELECT 1 FROM messages f WHERE f.occurrence_id = @occurrence AND f.customer_no = m.customer_no AND f.step = {number} LIMIT 1) IS NULL
        """);

    private static string Hours(PhaseStep step) => ((long)(step.AfterHours * 3_600_000m)).ToString(CultureInfo.InvariantCulture);

    /// <summary>What must be true of the message before; see <see cref="StepWhen"/>. Unknown messages are in none.</summary>
    private static string Holds(PhaseStep step) => step.When switch
    {
        StepWhen.NotDelivered => $"(m.state = 2 OR {NeverArrives})",
        StepWhen.Clicked => $"(m.state IN (2, 3) AND {HasClicked(step)})",
        StepWhen.NotClicked => $"(m.state IN (2, 3) AND {AnyClick} IS NULL)",
        StepWhen.Converted => $"(m.state IN (2, 3) AND {Conversion} IS NOT NULL)",
        StepWhen.NotConverted => $"(m.state IN (2, 3) AND {Conversion} IS NULL)",
        var other => throw new ArgumentOutOfRangeException(nameof(step), other, "There is no such condition."),
    };

    /// <summary>Whether the condition holds now or may come to hold within the hours.</summary>
    private static string MayHold(PhaseStep step) => step.When == StepWhen.NotDelivered ? Holds(step) : "m.state IN (2, 3)";

    /// <summary>Whether the condition holds and nothing that may still come takes that back.</summary>
    private static string IsCertain(PhaseStep step) => step.When switch
    {
        StepWhen.NotDelivered => NeverArrives,
        StepWhen.Clicked => Holds(step),
        var other => throw new ArgumentOutOfRangeException(nameof(step), other, "Nothing tells of this before the hours have passed."),
    };

    // Reasons 4 to 8: this customer can't be reached on the channels of the step; 13 and 16 are our own latest time and budget, which are no reason to go on.
    private const string NeverArrives = "(m.state = 4 OR (m.state = 5 AND m.reason NOT IN (13, 16)) OR (m.state = 7 AND m.reason BETWEEN 4 AND 8))";

    /// <summary>On the link of this very message, within the step's hours: whoever clicks later does not depend on when others are looked at.</summary>
    private static string HasClicked(PhaseStep step) =>
        $"(SELECT 1 FROM tracked_links l WHERE l.occurrence_id = @occurrence AND l.customer_no = m.customer_no AND l.step = m.step AND l.human_clicks > 0 AND l.first_click_at <= m.changed_at + {Hours(step)} LIMIT 1) IS NOT NULL";

    private const string AnyClick = "(SELECT 1 FROM tracked_links l WHERE l.occurrence_id = @occurrence AND l.customer_no = m.customer_no AND l.human_clicks > 0 LIMIT 1)";
    private const string Conversion = "(SELECT 1 FROM campaign_events e WHERE e.campaign_id = @campaign AND e.kind = 1 AND e.customer_no = m.customer_no LIMIT 1)";
}
