using System.Runtime.CompilerServices;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Execution;

/// <summary>States as earlier versions stored them must be readable for ever. A sample is added per format, never changed.</summary>
public sealed class StateFormatTests
{
    private const string Process = """
        <startEvent id="s"/><userTask id="brief"/><parallelGateway id="g"/><userTask id="a"/><userTask id="many"><multiInstanceLoopCharacteristics isSequential="true"><extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item" outputCollection="out" outputElement="= item"/></extensionElements></multiInstanceLoopCharacteristics></userTask>
        <serviceTask id="w"><extensionElements><zeebe:taskDefinition type="t"/></extensionElements></serviceTask><receiveTask id="r" messageRef="M"/><parallelGateway id="j"/><endEvent id="e"/>
        <boundaryEvent id="undoable" attachedToRef="brief"><compensateEventDefinition/></boundaryEvent><task id="undo" isForCompensation="true"/><association id="as" sourceRef="undoable" targetRef="undo"/>
        <boundaryEvent id="tick" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeCycle>R5/PT1H</timeCycle></timerEventDefinition></boundaryEvent><endEvent id="te"/>
        <f a="s" b="brief"/><f a="brief" b="g"/><f id="f-a" a="g" b="a"/><f a="g" b="many"/><f a="g" b="w"/><f a="g" b="r"/><f id="a-j" a="a" b="j"/><f a="many" b="j"/><f a="w" b="j"/><f a="r" b="j"/><f a="j" b="e"/><f a="tick" b="te"/>
        """;

    private const string Globals = """<message id="M" name="paid"><extensionElements><zeebe:subscription correlationKey="= order"/></extensionElements></message>""";

    [Fact]
    public void A_state_of_format_1_is_read_and_goes_on()
    {
        var state = ProcessInstance.FromJson(File.ReadAllText(Sample("state-1.json")));

        Assert.Equal(["many"], state.Tasks.Select(t => t.ElementId));
        Assert.Equal(["w"], state.Work.Select(w => w.ElementId));
        Assert.Equal(("paid", "A-7"), (state.Subscriptions[0].Name, state.Subscriptions[0].Correlation));
        Assert.Equal(FeelDate.Parse("2026-04-01"), state.Variables["day"]);
        var play = Play.Of(Process, globals: Globals);
        var decision = Assert.IsType<Decision.Accepted>(Interpreter.Decide(
            play.Process, state, new Command.CompleteTask(state.Tasks[0].TaskId, null, Variables.None, "x"), play.Now, play.Settings));
        Assert.Equal(["many"], decision.State.Tasks.Select(t => t.ElementId));
    }

    [Fact]
    public void What_is_written_today_is_the_sample_of_the_newest_format()
    {
        var play = Play.Of(Process, globals: Globals);
        play.Start(("items", new List<object?> { 1, 2 }), ("order", "A-7"), ("day", FeelDate.Parse("2026-04-01")));
        play.Complete("brief", by: "anna").Complete("a");
        var path = Sample("state-1.json");
        if (!File.Exists(path))
            File.WriteAllText(path, play.State!.ToJson());
        Assert.Equal(File.ReadAllText(path), play.State!.ToJson());
    }

    [Theory]
    [InlineData("{\"f\":99}")]
    [InlineData("{}")]
    [InlineData("no json")]
    [InlineData("{\"f\":1}")]
    [InlineData("{\"f\":1,\"id\":\"x\",\"process\":\"p\",\"next\":1,\"nodes\":[{\"i\":1}]}")]
    public void A_text_that_is_no_readable_state_is_refused(string text) =>
        Assert.Throws<StateFormatException>(() => ProcessInstance.FromJson(text));

    [Fact]
    public void Every_kind_of_value_survives_storing()
    {
        var values = Variables.Of(
            ("text", "x"), ("number", 1.50m), ("none", null), ("flag", true), ("date", FeelDate.Parse("2026-03-02")), ("time", FeelTime.Parse("10:00:00")),
            ("moment", FeelDateTime.Parse("2026-03-02T10:00:00+08:00")), ("list", new List<object?> { 1, "a" }),
            ("context", new Dictionary<string, object?> { ["@"] = "d", ["v"] = "2026", ["b"] = new Dictionary<string, object?> { ["c"] = 1 } }));
        var play = Play.Of("""<startEvent id="s"/><userTask id="t"/><f a="s" b="t"/>""");
        play.Do(new Command.Start("x", values));

        var back = ProcessInstance.FromJson(play.State!.ToJson()).Variables;

        foreach (var (name, value) in values)
            Assert.Equal(value?.GetType(), back[name]?.GetType());
        Assert.Equal(values.ToJson(), back.ToJson());
    }

    private static string Sample(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Samples", name);
}
