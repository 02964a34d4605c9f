namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class CompensationCases
{
    [Fact]
    public void A_named_activity_is_undone_alone() => Story.Plays("""
        start s; user a; user undoA handles a; user b; user undoB handles b; throw t comp a; user after
        s > a > b > t > after
        """, "start; do:a; do:b; tasks undoA; do:undoA; tasks after; do:after; ended; count undoB=0");

    [Fact]
    public void An_end_event_waits_for_what_it_undoes() => Story.Plays("""
        start s; user a; user undoA handles a; end t comp; s > a > t
        """, "start; do:a; tasks undoA; active; do:undoA; ended; count t=1");

    [Fact]
    public void What_never_ran_is_not_undone() => Story.Plays("""
        start s; xor x; user a; user undoA handles a; task b; throw t comp; user after
        s > x; x > a if n = 1; x > b default; a > t; b > t > after
        """, "start n=0; tasks after; count undoA=0");

    [Fact]
    public void A_loop_is_undone_turn_by_turn_the_last_one_first() => Story.Plays("""
        start s; xor m; user a; user undoA handles a; xor again; throw t comp; user after
        s > m > a > again; again > m if more; again > t default; t > after
        """, "start more=true; do:a; do:a more=false; tasks undoA; do:undoA; tasks undoA; do:undoA; tasks after");

    [Fact]
    public void A_multi_instance_is_undone_once_per_instance() => Story.Plays("""
        start s; user a par 3; user undoA handles a; throw t comp a; user after; s > a > t > after
        """, "start; do:a*3; tasks undoA*3; do:undoA*3; tasks after");

    [Fact]
    public void A_nested_subprocess_is_undone_from_inside() => Story.Plays("""
        start s
        sub outer {
        start os
        sub inner {
        start is; user a; user undoA handles a; is > a
        }
        user b; user undoB handles b; os > inner > b
        }
        throw t comp; user after; s > outer > t > after
        """, "start; do:a; do:b; tasks undoB; do:undoB; tasks undoA; do:undoA; tasks after");

    [Fact]
    public void A_subprocess_with_a_handler_on_its_border_is_undone_by_that_alone() => Story.Plays("""
        start s
        sub sub {
        start is; user a; user undoA handles a; is > a
        }
        user undoSub handles sub; throw t comp; user after; s > sub > t > after
        """, "start; do:a; tasks undoSub; do:undoSub; tasks after; count undoA=0");

    [Fact]
    public void A_throw_inside_a_subprocess_does_not_reach_outside() => Story.Plays("""
        start s; user a; user undoA handles a
        sub sub {
        start is; user b; user undoB handles b; throw t comp; user after; is > b > t > after
        }
        s > a > sub
        """, "start; do:a; do:b; tasks undoB; do:undoB; tasks after; count undoA=0");

    [Fact]
    public void An_error_handler_in_an_event_subprocess_may_undo_its_scope() => Story.Plays("""
        start s
        sub sub {
        start is; user a; user undoA handles a; end boom err e; is > a > boom
        sub evs event {
        start es err e; throw t comp; user told; es > t > told
        }
        }
        user after; s > sub > after
        """, "start; do:a; tasks undoA; do:undoA; tasks told; do:told; tasks after");

    [Fact]
    public void A_border_handler_may_undo_what_was_done_before_the_subprocess() => Story.Plays("""
        start s; user a; user undoA handles a
        sub sub {
        start is; user b; end boom err e; is > b > boom
        }
        bnd x on sub err e; throw t comp; user after; s > a > sub; x > t > after
        """, "start; do:a; do:b; tasks undoA; do:undoA; tasks after");

    [Fact]
    public void A_handler_may_be_a_subprocess() => Story.Plays("""
        start s; user a
        sub undo handles a {
        start us; user u1; user u2; us > u1 > u2
        }
        throw t comp; user after; s > a > t > after
        """, "start; do:a; tasks u1; do:u1; tasks u2; do:u2; tasks after; count undo=1");

    [Fact]
    public void Undoing_twice_finds_nothing_left() => Story.Plays("""
        start s; user a; user undoA handles a; throw t1 comp a; throw t2 comp; user after; s > a > t1 > t2 > after
        """, "start; do:a; tasks undoA; do:undoA; tasks after; count undoA=1");

    [Fact]
    public void A_called_process_is_undone_by_the_handler_of_its_call() => Story.Plays("""
        start s; call c process child; user undoC handles c; throw t comp; user after; s > c > t > after
        """, "start; do:inner; tasks undoC; do:undoC; tasks after",
        Sketch.Read("start cs; user inner; cs > inner", "child"));

    [Fact]
    public void An_interrupting_event_ends_a_throw_and_its_handlers() => Story.Plays("""
        start s
        sub sub {
        start is; user a; user undoA handles a; throw t comp; is > a > t
        }
        bnd late on sub timer PT1H; user chase; s > sub; late > chase
        """, "start; do:a; tasks undoA; adv:PT1H@late; tasks chase; do:chase; ended");

    [Fact]
    public void Two_throws_side_by_side_share_the_work() => Story.Plays("""
        start s; user a; user undoA handles a; user b; user undoB handles b; and p; throw t1 comp a; throw t2 comp b; and j; user after
        s > a > b > p; p > t1 > j; p > t2 > j; j > after
        """, "start; do:a; do:b; tasks undoA,undoB; do:undoB; do:undoA; tasks after");
}
