using System.Reflection;
using System.Text;
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

    [Fact]
    public void The_standard_sop_runs_from_brief_to_joint_sign_off_within_two_kilobytes()
    {
        var play = new Play(Read("standard-campaign").Require().Main, new WeekCalendar(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")));
        play.WithDecision("campaign-risk", _ => new(Variables.FromJson("""{"level":"MEDIUM","signers":["finance"],"adds":["finance"]}"""), []));
        play.Start(("riskStands", false));

        play.AtTasks("write-brief");
        play.Complete("write-brief", "submit", "lin");

        Assert.True(Encoding.UTF8.GetByteCount(play.State!.ToJson()) < 2048, play.State.ToJson());
    }

    internal static BpmnReading Read(string name)
    {
        using var stream = typeof(BpmnReader).Assembly.GetManifestResourceStream($"Sops/{name}.bpmn")!;
        return BpmnReader.Read(stream);
    }
}
