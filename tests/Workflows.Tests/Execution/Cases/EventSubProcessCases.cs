namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class EventSubProcessCases
{
    private const string Frame = """
        start s
        sub sub {
        start is; user work; end ie; is > work > ie
        sub evs event {
        start es {0}; user handle; end ee; es > handle > ee
        }
        }
        user after; s > sub > after
        """;

    private static string With(string trigger) => Frame.Replace("{0}", trigger, StringComparison.Ordinal);

    [Theory]
    [InlineData("msg m", "msg:m")]
    [InlineData("sig m", "sig:m")]
    [InlineData("timer PT1H", "adv:PT1H@es")]
    [InlineData("cond n > 1", "set n=2")]
    public void An_interrupting_start_ends_the_work_and_then_the_scope(string trigger, string step) =>
        Story.Plays(With(trigger), $"start n=0; tasks work; {step}; tasks handle; do:handle; tasks after; count work=0,sub=1,evs=1");

    [Theory]
    [InlineData("msg m non", "msg:m", "msg:m")]
    [InlineData("sig m non", "sig:m", "sig:m")]
    [InlineData("cycle R2/PT1H non", "adv:PT1H@es", "adv:PT1H@es")]
    [InlineData("cond n > 1 non", "set n=2", "set n=0; set n=3")]
    public void A_non_interrupting_start_runs_beside_the_work_and_again_each_time(string trigger, string first, string second) =>
        Story.Plays(With(trigger.Replace("cond n > 1 non", "non cond n > 1", StringComparison.Ordinal)), $"start n=0; {first}; tasks handle,work; {second}; tasks handle*2,work; do:work; tasks handle*2; do:handle*2; tasks after");

    [Fact]
    public void A_non_interrupting_timer_fires_once() =>
        Story.Plays(With("timer PT1H non"), "start; adv:PT1H@es; tasks handle,work; adv:PT5H; tasks handle,work; do:handle; do:work; tasks after");

    [Fact]
    public void A_timer_start_is_gone_once_its_scope_is_done() =>
        Story.Plays(With("timer PT1H"), "start; do:work; tasks after; adv:PT2H; tasks after");

    [Fact]
    public void A_non_interrupting_escalation_start_leaves_the_thrower_going() => Story.Plays("""
        start s; throw up esc x; user work
        sub evs event {
        start es esc x non; user handle; es > handle
        }
        s > up > work
        """, "start; tasks handle,work; do:work; do:handle; ended");

    [Fact]
    public void An_interrupting_escalation_start_ends_the_thrower() => Story.Plays("""
        start s; and p; user other; throw up esc x; user work
        sub evs event {
        start es esc x; user handle; es > handle
        }
        s > p; p > other; p > up > work
        """, "start; tasks handle; do:handle; ended; count work=0,other=0");

    [Fact]
    public void An_interrupting_start_also_ends_handlers_that_run_beside_it() => Story.Plays("""
        start s; user work; s > work
        sub side event {
        start a msg soft non; user aside; a > aside
        }
        sub stop event {
        start b msg hard; user stopped; b > stopped
        }
        """, "start; msg:soft; msg:soft; tasks aside*2,work; msg:hard; tasks stopped; msg:soft; fail; do:stopped; ended");

    [Fact]
    public void An_event_subprocess_may_hold_one_of_its_own() => Story.Plays("""
        start s; user work; s > work
        sub outer event {
        start a msg one non; user first; a > first
        sub inner event {
        start b msg two; user second; b > second
        }
        }
        """, "start; msg:two; fail; msg:one; tasks first,work; msg:two; tasks second,work; do:second; do:work; ended; count first=0");

    [Fact]
    public void Each_instance_of_a_parallel_subprocess_reacts_for_itself_and_a_message_goes_to_one() => Story.Plays("""
        start s
        sub sub par 2 {
        start is; user work; is > work
        sub evs event {
        start es msg m; user handle; es > handle
        }
        }
        user after; s > sub > after
        """, "start; tasks work*2; msg:m; tasks handle,work; msg:m; tasks handle*2; msg:m; fail; do:handle*2; tasks after");

    [Fact]
    public void A_signal_reaches_every_instance_of_a_parallel_subprocess() => Story.Plays("""
        start s
        sub sub par 3 {
        start is; user work; is > work
        sub evs event {
        start es sig m; user handle; es > handle
        }
        }
        s > sub
        """, "start; sig:m; tasks handle*3; do:handle*3; ended");

    [Fact]
    public void The_process_itself_may_be_interrupted_and_then_ends_with_the_handler() => Story.Plays("""
        start s
        sub sub {
        start is; user deep; is > deep
        }
        s > sub
        sub stop event {
        start b sig stop; user clean; end e; b > clean > e
        }
        """, "start; sig:stop; tasks clean; do:clean; ended; count deep=0,sub=0,stop=1");

    [Fact]
    public void A_scope_waits_for_its_running_handlers_before_it_ends() =>
        Story.Plays(With("msg m non"), "start; msg:m; do:work; tasks handle; active; do:handle; tasks after");

    [Fact]
    public void Terminating_inside_a_handler_ends_the_handler_only() => Story.Plays("""
        start s; user work; s > work
        sub evs event {
        start es msg m non; and p; user one; user two; end t term; es > p; p > one > t; p > two
        }
        """, "start; msg:m; tasks one,two,work; do:one; tasks work; do:work; ended");

    [Fact]
    public void An_error_from_a_handler_is_caught_outside_its_scope_not_by_itself() => Story.Plays("""
        start s
        sub sub {
        start is; end boom err e; is > boom
        sub evs event {
        start es err e; user handle; end again err e; es > handle > again
        }
        }
        bnd b on sub err e; user caught; s > sub; b > caught
        """, "start; tasks handle; do:handle; tasks caught; count b=1,evs=0");

    [Fact]
    public void A_conditional_start_that_holds_on_entry_fires_at_once() =>
        Story.Plays(With("cond n > 1"), "start n=5; tasks handle");
}
