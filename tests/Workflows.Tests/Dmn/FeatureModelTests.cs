using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Dmn;

/// <summary>One model with a decision per feature: types and their conversions, functions, services, boxed expressions, tables (<c>Models/features.*</c>).</summary>
public sealed class FeatureModelTests
{
    [Fact]
    public void Every_decision_of_the_model_gives_what_is_written_beside_it()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Dmn", "Models");
        var model = DmnReader.ReadTolerant(File.ReadAllText(Path.Combine(folder, "features.dmn")), null, out var problems);
        var inputs = FeelScope.From(new Dictionary<string, object?> { ["id1"] = 3m });

        var wrong = File.ReadAllLines(Path.Combine(folder, "features.txt"))
            .Select(line => line.Split(" = ", 2))
            .Where(line => FeelFormat.ToText(model.Evaluate(line[0], inputs, new FeelLimits()).Value) != line[1])
            .Select(line => $"{line[0]} gives {FeelFormat.ToText(model.Evaluate(line[0], inputs, new FeelLimits()).Value)}, not {line[1]}");

        Assert.Empty(problems);
        Assert.Empty(wrong);
    }
}
