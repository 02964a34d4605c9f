using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

/// <summary>Writes members of a campaign's audience, many in one statement. Who is a member already keeps their arm.</summary>
internal static class MemberRows
{
    public static async Task InsertAsync(WriteTransaction tx, Guid campaignId, ScanMember[] members, Func<ScanMember, Arm> armOf, CancellationToken cancellationToken)
    {
        foreach (var arm in members.GroupBy(armOf))
        {
            var numbers = arm.Select(member => member.CustomerNo).ToArray();
            var ranks = arm.Select(member => HoldoutRank.Of(campaignId, member.ExternalId)).ToArray();
            await InsertAsync(tx, campaignId, arm.Key.ToString(), numbers, ranks, cancellationToken);
        }
    }

    private static async Task InsertAsync(WriteTransaction tx, Guid campaignId, string arm, long[] numbers, long[] ranks, CancellationToken cancellationToken)
    {
        if (tx.Dialect == DatabaseDialect.PostgreSql)
        {
            await tx.Db.Database.ExecuteSqlRawAsync(
                "INSERT INTO audience_members (campaign_id, customer_no, arm, rank) SELECT @campaign, n, @arm, r FROM unnest(@numbers, @ranks) AS t(n, r) ON CONFLICT DO NOTHING",
                [new NpgsqlParameter("campaign", campaignId), new NpgsqlParameter("arm", arm), new NpgsqlParameter("numbers", numbers), new NpgsqlParameter("ranks", ranks)], cancellationToken);
            return;
        }
        var rows = JsonSerializer.Serialize(numbers.Zip(ranks, (number, rank) => new[] { number, rank }));
        await tx.Db.Database.ExecuteSqlAsync(
            $"INSERT INTO audience_members (campaign_id, customer_no, arm, rank) SELECT {campaignId}, value ->> 0, {arm}, value ->> 1 FROM json_each({rows}) WHERE true ON CONFLICT DO NOTHING",
            cancellationToken);
    }
}
