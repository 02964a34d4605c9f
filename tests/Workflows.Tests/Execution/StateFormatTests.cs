using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.State;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Tests.Execution.Cases;

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
        Assert.Equal(File.ReadAllText(Sample("state-1.json")), play.State!.ToJson());
    }

    [Theory]
    [InlineData("{\"f\":99}", "Upgrade the program")]
    [InlineData("{\"f\":0}", "cannot bring format 0 up to 1")]
    [InlineData("{\"f\":-3}", "cannot bring format -3")]
    [InlineData("{}", "no instance state")]
    [InlineData("no json", "no instance state")]
    [InlineData("{\"f\":1}", "no instance state")]
    [InlineData("{\"f\":1,\"id\":\"x\",\"process\":\"p\",\"next\":1,\"nodes\":[{\"i\":1}]}", "no instance state")]
    public void A_text_that_is_no_readable_state_is_refused_with_what_to_do(string text, string why) =>
        Assert.Contains(why, Assert.Throws<StateFormatException>(() => ProcessInstance.FromJson(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_older_state_is_brought_up_format_by_format()
    {
        var steps = new Dictionary<int, Action<JsonObject>>
        {
            [1] = state => state["title"] = state["name"]!.DeepClone(),
            [2] = state => state.Remove("name"),
        };

        Assert.Equal("""{"f":3,"title":"x"}""", StateUpgrades.Upgrade("""{"f":1,"name":"x"}""", 1, 3, steps));
        Assert.Equal("""{"f":3}""", StateUpgrades.Upgrade("""{"f":2,"name":"x"}""", 2, 3, steps));
        Assert.Throws<StateFormatException>(() => StateUpgrades.Upgrade("""{"f":1,"name":"x"}""", 1, 4, steps));
    }

    [Theory]
    [InlineData("state-1.json")]
    [InlineData("state-1-loops.json")]
    [InlineData("state-1-undoing.json")]
    [InlineData("state-1-incident.json")]
    [InlineData("state-1-called.json")]
    public void A_sample_says_the_same_when_it_is_written_again(string sample)
    {
        var text = File.ReadAllText(Sample(sample));
        Assert.Equal(text, ProcessInstance.FromJson(text).ToJson());
    }

    // Written once, kept for ever: what is written today for the same story must still read the same.
    [Theory]
    [InlineData("state-1-loops.json", "start s; user m seq 3; script k while loopCounter < 2 does n n + 1; user last par 2 until enough; s > m > k > last", "start n=0 enough=false; do:m; do:m; do:m; do:last")]
    [InlineData("state-1-undoing.json", "start s; user a; user undoA handles a\nsub sub {\nstart is; user b par 2; user undoB handles b; is > b\n}\nthrow t comp; s > a > sub > t", "start; do:a x=1; do:b*2; do:undoB")]
    [InlineData("state-1-incident.json", "start s; user a; xor x; user b; user c; bnd t on c cycle R4/PT1H non; and p; user d; s > p; p > a > x; x > b if missing > 1; p > c; t > d", "start; do:a; adv:PT1H@t")]
    [InlineData("state-1-called.json", "start s; call c process child; bnd m on c msg go non; user told; evt g; catch sg sig now; catch q cond n > 1; s > c; s > g; g > sg; g > q; m > told", "start n=0; msg:go; set n=1")]
    public void What_is_written_today_is_the_sample(string sample, string sketch, string steps)
    {
        string? state = null;
        Story.Plays(sketch, steps, play => state = play.State!.ToJson(), Sketch.Read("start cs; user inner; cs > inner", "child"));
        Assert.Equal(File.ReadAllText(Sample(sample)), state);
    }

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
