namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class MultiInstanceCases
{
    [Theory]
    [InlineData("par")]
    [InlineData("seq")]
    public void None_pass_straight_through(string kind) =>
        Story.Plays($"start s; user m {kind} 0; user after; s > m > after", "start; tasks after; count m=0");

    [Fact]
    public void A_negative_number_is_an_incident() => Story.Plays("start s; user m par n; s > m", "start n=-1; fail");

    [Fact]
    public void A_completion_condition_withdraws_the_rest() => Story.Plays(
        "start s; user m par 5 until numberOfCompletedInstances / numberOfInstances >= 0.6; user after; s > m > after", "start; do:m*2; tasks m*3; do:m; tasks after; count m=3");

    [Fact]
    public void The_counters_tell_how_far_it_is() => Story.Plays(
        "start s; script m seq 3 until numberOfCompletedInstances = 2 and numberOfActiveInstances = 0 does last loopCounter; user after; s > m > after",
        "start last=0; tasks after; var last=2; count m=2");

    [Fact]
    public void Items_of_a_collection_come_in_order() => Story.Plays(
        "start s; script m each-seq items item does all concatenate(all, [item]); user after; s > m > after",
        "start items=[3,1,2] all=[]; tasks after; count m=3");

    [Fact]
    public void An_empty_collection_passes_through() => Story.Plays(
        "start s; user m each items item; user after; s > m > after", "start items=[]; tasks after");

    [Fact]
    public void Nested_loops_multiply() => Story.Plays("""
        start s
        sub outer par 2 {
        start os; user inner par 3; end oe; os > inner > oe
        }
        user after; s > outer > after
        """, "start; tasks inner*6; do:inner*5; tasks inner; do:inner; tasks after; count outer=2,inner=6");

    [Fact]
    public void A_sequential_subprocess_holding_a_parallel_one() => Story.Plays("""
        start s
        sub outer seq 2 {
        start os
        sub inner par 2 {
        start is; user work; is > work
        }
        os > inner
        }
        user after; s > outer > after
        """, "start; tasks work*2; do:work*2; tasks work*2; do:work*2; tasks after");

    [Fact]
    public void Called_processes_run_one_after_the_other() => Story.Plays(
        "start s; call c process child seq 2; user after; s > c > after", "start; tasks inner; do:inner; tasks inner; do:inner; tasks after",
        Sketch.Read("start cs; user inner; cs > inner", "child"));

    [Fact]
    public void A_border_timer_belongs_to_the_whole_and_fires_once() => Story.Plays("""
        start s; user m seq 3; bnd t on m timer PT1H; user late; s > m; t > late
        """, "start; do:m; adv:PT1H@t; tasks late; do:late; ended");

    [Fact]
    public void A_non_interrupting_border_timer_runs_beside_all_instances() => Story.Plays("""
        start s; user m par 2; bnd t on m cycle R/PT1H non; user nag; user after; s > m > after; t > nag
        """, "start; adv:PT2H@t; tasks m*2,nag*2; do:m*2; tasks after,nag*2; adv:PT5H; tasks after,nag*2");

    [Fact]
    public void A_receive_task_takes_one_message_per_instance() => Story.Plays(
        "start s; recv r receives m par 3; user after; s > r > after", "start; msg:m; msg:m; tasks -; msg:m; tasks after; msg:m; fail");

    [Fact]
    public void A_border_message_ends_a_subprocess_of_many() => Story.Plays("""
        start s
        sub sub par 3 {
        start is; user work; is > work
        }
        bnd b on sub msg stop; user stopped; s > sub; b > stopped
        """, "start; do:work; tasks work*2; msg:stop; tasks stopped; do:stopped; ended");

    [Fact]
    public void A_standard_loop_runs_a_thousand_turns_and_knows_its_turn() => Story.Plays(
        "start s; script m while loopCounter < 1000 does n n + 1; user after; s > m > after", "start n=0; tasks after; var n=1000; count m=1000");

    [Fact]
    public void A_standard_loop_may_be_tested_first_and_never_run() => Story.Plays(
        "start s; user m while-first n < 3; user after; s > m > after", "start n=3; tasks after; count m=0");

    [Fact]
    public void A_standard_loop_may_be_bounded_by_a_number_alone() => Story.Plays(
        "start s; user m times 2; user after; s > m > after", "start; do:m; tasks m; do:m; tasks after");

    [Fact]
    public void A_standard_loop_of_a_subprocess_opens_its_scope_anew() => Story.Plays("""
        start s
        sub sub while again = true {
        start is; user work; is > work
        sub evs event {
        start es msg m non; user aside; es > aside
        }
        }
        user after; s > sub > after
        """, "start; msg:m; tasks aside,work; do:work again=true; tasks aside; do:aside; tasks work; msg:m; do:aside; do:work again=false; tasks after");
}
