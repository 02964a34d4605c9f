namespace Orchestrator.Host.Reachouts;

/// <summary>Caps per week and month of the calendar in the leasing statement of PostgreSQL: they stand in a text of their own, so that who has none pays nothing.</summary>
internal static class CapPeriods
{
    /// <summary>Conditions on a customer who has no row of today yet.</summary>
    public static readonly string OnInsert = Conditions("o.customer_no", "o.cap_day", "o.unit", "0", "0");

    /// <summary>Conditions on a customer who has one, under its lock.</summary>
    public static readonly string OnConflict = Conditions("excluded.customer_no", "excluded.day", "excluded.by_channel", "t.used", "((t.by_channel / excluded.by_channel) & 255)");

    private static string Conditions(string customer, string day, string unit, string used, string there)
    {
        // As CapWindow has it: day 0 was a Monday, and the 1st of January of the year 1.
        string Period(string name, string since) => $"""

                AND (@per_{name} = 2147483647 OR {used} + (
                    SELECT COALESCE(SUM(d.used), 0) FROM cap_days d
                    WHERE d.customer_no = {customer} AND d.purpose = @purpose AND d.day >= {since} AND d.day < {day}) < @per_{name})
                AND (((@channel_{name} / {unit}) & 255) = 255 OR {there} + (
                    SELECT COALESCE(SUM((d.by_channel / {unit}) & 255), 0) FROM cap_days d
                    WHERE d.customer_no = {customer} AND d.purpose = @purpose AND d.day >= {since} AND d.day < {day}) < ((@channel_{name} / {unit}) & 255))
            """;
        return Period("week", $"{day} - {day} % 7") + Period("month", $"{day} - EXTRACT(DAY FROM DATE '0001-01-01' + {day})::int + 1");
    }
}
