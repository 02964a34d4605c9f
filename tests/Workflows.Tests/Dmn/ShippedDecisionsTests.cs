using Orchestrator.Workflows.Dmn;

namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class ShippedDecisionsTests
{
    public static TheoryData<string> Names =>
        [.. typeof(DmnModel).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".dmn", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_decision_we_ship_reads_without_a_problem(string name)
    {
        using var xml = typeof(DmnModel).Assembly.GetManifestResourceStream(name)!;

        Assert.NotEmpty(DmnReader.Read(xml).Decisions);
    }
}
