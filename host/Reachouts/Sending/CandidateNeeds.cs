using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What the checks of one phase look at, all steps and variants: nothing else of a customer is read, decrypted or parsed.</summary>
internal sealed class CandidateNeeds
{
    /// <summary>Says of a customer whether they converted in the campaign; in front of the attributes.</summary>
    public const string Converted = "converted";

    private string? postgreSql;
    private string? sqlite;

    /// <param name="rules">Of every step and variant of the phase.</param>
    public CandidateNeeds(IReadOnlyList<SendRules> rules)
    {
        // Texts may name the end of the phone number.
        Addresses = [.. rules.SelectMany(one => one.Routes).SelectMany(route => route.Reached).Append(new AddressSlot(ChannelKind.Sms)).Where(slot => slot.Index >= 0).Distinct()];
        var names = rules.SelectMany(one => one.Exclusion?.Names ?? []).Distinct().ToList();
        NeedsConversion = names.Contains(Converted);
        if (rules.Any(one => one.PreferCustomerChannel))
            names.Add(SendChecks.PreferenceAttribute);
        names.Add(SendChecks.JurisdictionAttribute);
        names.AddRange(rules.SelectMany(one => one.Prints.Attributes));
        if (Addresses.Any(slot => slot.Kind == ChannelKind.WeCom))
            names.Add(SendChecks.WecomOwnerAttribute);
        Attributes = [.. names.Where(name => name != Converted).Distinct()];
    }

    public IReadOnlyList<AddressSlot> Addresses { get; }

    public bool NeedsConversion { get; }

    /// <summary>Attributes that the rules name or the texts print.</summary>
    public IReadOnlyList<string> Attributes { get; }

    /// <summary>
    /// The next due messages of a range with their customers, in one statement. The sub-selects take one row each on purpose: such are looked up by
    /// index for every customer and never turned into a list of everybody.
    /// </summary>
    public string Sql(DatabaseDialect dialect) => dialect == DatabaseDialect.PostgreSql ? postgreSql ??= Build() : sqlite ??= Build();

    private string Build() => $"""
        SELECT m.customer_no, m.step, m.state, m.reason, m.channel, m.attempt, m.cost, m.variant,
            c.version, c.external_id, c.language, c.time_zone, c.consent_bits, c.erased_at IS NOT NULL, c.attributes,
            (SELECT 1 FROM suppressions s WHERE s.customer_no = c.customer_no AND s.lifted_at IS NULL AND s.channel IS NULL LIMIT 1) IS NOT NULL,
            {(NeedsConversion ? $"(SELECT 1 FROM campaign_events e WHERE e.campaign_id = @campaign AND e.kind = {(short)CampaignEventKind.Conversion} AND e.customer_no = c.customer_no LIMIT 1) IS NOT NULL" : "@campaign IS NULL")}{string.Concat(Addresses.Select(Address))},
            m.latest_minute
        FROM messages m LEFT JOIN customers c ON c.customer_no = m.customer_no
        WHERE m.occurrence_id = @occurrence AND m.customer_no > @after AND m.customer_no <= @last AND m.state IN (0, 6) AND m.due_at <= @now
        ORDER BY m.customer_no, m.step LIMIT @limit
        """;

    private static string Address(AddressSlot slot)
    {
        var column = slot.Column;
        return $"""
            ,
                c.{column}, c.{column}_hash,
                (SELECT 1 FROM suppressions s WHERE s.customer_no = c.customer_no AND s.lifted_at IS NULL AND s.channel = '{slot.Kind}' LIMIT 1) IS NOT NULL
                    OR (SELECT 1 FROM suppressions s WHERE s.address_hash = c.{column}_hash AND s.lifted_at IS NULL LIMIT 1) IS NOT NULL
            """;
    }
}
