using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Tests.Execution;

namespace Orchestrator.Workflows.Tests.Bpmn;

public sealed class ShippedSopsTests
{
    [Theory]
    [InlineData("standard-campaign")]
    [InlineData("express-campaign")]
    public void A_shipped_sop_is_read_without_a_problem(string name) => Assert.Empty(Read(name).Problems);

    [Theory]
    [InlineData("standard-campaign")]
    [InlineData("express-campaign")]
    public void A_shipped_sop_runs_through_every_stage_to_its_end_within_two_kilobytes(string name)
    {
        var sop = Read(name).Require().Main;
        var run = new RandomRun(sop);

        run.PlayToTheEnd();

        Assert.Equal(InstanceStatus.Completed, run.State!.Status);
        foreach (var stage in sop.Stages)
            Assert.Contains(run.Log, line => line.Contains($"StageEntered {{ StageId = {stage.Id} }}", StringComparison.Ordinal));
        Assert.InRange(run.LargestState, 1, 2048);
    }

    internal static BpmnReading Read(string name)
    {
        using var stream = typeof(BpmnReader).Assembly.GetManifestResourceStream($"Sops/{name}.bpmn")!;
        return BpmnReader.Read(stream);
    }
}
