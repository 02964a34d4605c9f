using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Retrospectives;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Retrospectives;

public sealed class SignificanceTests
{
    [Fact]
    public void Ninety_six_of_2410_against_five_of_270_is_not_significant()
    {
        var verdict = Significance.Compare(new GroupResult(2410, 96), new GroupResult(270, 5));

        Assert.Equal(0.081, verdict.PValue!.Value, 0.001);
        Assert.False(verdict.IsSignificant);
    }

    [Theory]
    [InlineData(1000, 100, 1000, 60, 0.00105, true)]
    [InlineData(1000, 50, 1000, 50, 1.0, false)]
    [InlineData(20, 6, 20, 1, 0.0375, false)]   // fewer than five expected: no claim
    public void The_test_agrees_with_published_tables(long a, long hitsA, long b, long hitsB, double p, bool significant)
    {
        var verdict = Significance.Compare(new GroupResult(a, hitsA), new GroupResult(b, hitsB));

        Assert.Equal(p, verdict.PValue!.Value, 0.002);
        Assert.Equal(significant, verdict.IsSignificant);
    }

    [Fact]
    public void Without_a_holdout_nothing_is_claimed() =>
        Assert.Null(Significance.Compare(new GroupResult(100, 10), new GroupResult(0, 0)).PValue);

    [Fact]
    public async Task The_draft_says_not_significant_in_both_languages()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var figures = new Figures { Actual = 96, Treated = new GroupResult(2410, 96), Holdout = new GroupResult(270, 5), Cost = 1_620 };

        var draft = host.Services.GetRequiredService<RetrospectiveDraft>().Compose(DemoBrief.For(new DateOnly(2026, 12, 8)), figures, null);

        Assert.Contains("差异不显著", draft.Draft["result"].Zh, StringComparison.Ordinal);
        Assert.Contains("not significant", draft.Draft["result"].En, StringComparison.Ordinal);
        Assert.Equal(1, draft.Attainment);
        Assert.True(draft.Roi is > 8 and < 11);
    }
}
