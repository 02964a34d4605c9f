using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class CallActivityCases
{
    private static readonly ProcessDefinition Child = Sketch.Read("start cs; user inner; cs > inner", "child");

    [Fact]
    public void A_caller_goes_on_when_the_called_process_has_ended() =>
        Story.Plays("start s; call c process child; user after; s > c > after", "start; tasks inner; do:inner x=1; tasks after; var x=1; count c=1", Child);

    [Fact]
    public void Calls_side_by_side_are_told_apart() => Story.Plays(
        "start s; and p; call a process child; call b process child; and j; user after; s > p; p > a > j; p > b > j; j > after", "start; tasks inner*2; do:inner; tasks inner; do:inner; tasks after", Child);

    [Fact]
    public void Calls_may_be_nested() => Story.Plays(
        "start s; call c process middle; user after; s > c > after", "start; tasks inner; do:inner; tasks after", Sketch.Read("start ms; call m process child; ms > m", "middle"), Child);

    [Fact]
    public void A_call_in_a_loop_starts_anew() => Story.Plays(
        "start s; xor in; call c process child; xor x; end e; s > in > c > x; x > in if more; x > e default", "start more=true; do:inner; tasks inner; do:inner more=false; ended; count c=2", Child);

    [Fact]
    public void A_process_that_does_not_exist_is_an_incident() =>
        Story.Plays("start s; call c process nobody; s > c", "start; fail; active");

    [Fact]
    public void An_event_subprocess_of_the_called_process_ends_the_call_normally() => Story.Plays(
        "start s; call c process reacting; user after; s > c > after", "start; msg:m; tasks handle; do:handle; tasks after",
        Sketch.Read("start cs; user inner; cs > inner\nsub evs event {\nstart es msg m; user handle; es > handle\n}", "reacting"));

    [Fact]
    public void A_call_interrupted_in_a_subprocess_leaves_nothing_behind() => Story.Plays("""
        start s
        sub sub {
        start is; call c process waiting; is > c
        }
        bnd b on sub timer PT1H; user late; s > sub; b > late
        """, "start; wait t; adv:PT1H@b; tasks late; do:late; ended", Sketch.Read("start cs; catch t timer PT9H; cs > t", "waiting"));
}
