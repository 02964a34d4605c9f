namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class FlowCases
{
    [Fact]
    public void An_activity_with_several_flows_splits_and_without_a_join_each_token_goes_its_way() => Story.Plays(
        "start s; user a; user b; user c; user d; s > a; a > b > d; a > c > d", "start; do:a; tasks b,c; do:b; tasks c,d; do:c; tasks d*2; do:d*2; ended");

    [Fact]
    public void Conditions_on_an_activity_open_every_true_flow_and_those_without_one() => Story.Plays(
        "start s; user a; user b; user c; user d; s > a; a > b if n > 1; a > c if n > 2; a > d", "start n=2; do:a; tasks b,d");

    [Fact]
    public void The_default_of_an_activity_counts_only_when_nothing_else_does() => Story.Plays(
        "start s; user a; user b; user c; s > a; a > b if n > 1; a > c default", "start n=2; do:a; tasks b");

    [Fact]
    public void An_activity_whose_conditions_are_all_false_is_an_incident() => Story.Plays(
        "start s; user a; user b; s > a; a > b if n > 1", "start n=1; do:a; fail; active");

    [Fact]
    public void A_start_event_may_split() => Story.Plays("start s; user a; user b; s > a; s > b", "start; tasks a,b; do:a; do:b; ended");

    [Fact]
    public void A_catch_event_may_split() => Story.Plays("start s; catch m msg go; user a; user b; s > m; m > a; m > b", "start; msg:go; tasks a,b");

    [Fact]
    public void A_border_event_may_split() => Story.Plays(
        "start s; user w; bnd m on w msg go; user a; user b; s > w; m > a; m > b", "start; msg:go; tasks a,b");

    [Fact]
    public void A_subprocess_may_split_on_conditions() => Story.Plays("""
        start s
        sub sub {
        start is; user w; is > w
        }
        user a; user b; user c; s > sub; sub > a if n = 1; sub > b if n < 5; sub > c default
        """, "start n=1; do:w; tasks a,b");

    [Fact]
    public void A_join_with_a_token_missing_waits_for_ever_and_a_process_with_it_does_not_end() => Story.Plays(
        "start s; xor x; user a; user b; and j; user after; s > x; x > a if true; x > b default; a > j; b > j; j > after", "start; do:a; tasks -; active");

    [Fact]
    public void A_parallel_join_in_a_loop_joins_every_round() => Story.Plays("""
        start s; xor in; and p; user a; user b; and j; xor x; end e; s > in > p; p > a > j; p > b > j; j > x; x > in if more; x > e default
        """, "start more=true; do:a; do:b; tasks a,b; do:b more=false; do:a; ended");

    [Fact]
    public void A_subprocess_that_is_joined_before_a_parallel_sibling() => Story.Plays("""
        start s; and p
        sub sub {
        start is; and q; user a; user b; and j; is > q; q > a > j; q > b > j
        }
        user c; and join; user after; s > p; p > sub > join; p > c > join; join > after
        """, "start; do:a; do:c; tasks b; do:b; tasks after");

    [Fact]
    public void The_first_of_several_events_behind_a_gateway_decides_whatever_its_kind()
    {
        const string Sketch = """
            start s; evt g; catch m msg m; catch i sig i; catch t timer PT1H; catch c cond n > 1; recv r receives r; user a; user b; user d; user e; user f
            s > g; g > m > a; g > i > b; g > t > d; g > c > e; g > r > f
            """;
        foreach (var (step, task) in new[] { ("msg:m", "a"), ("sig:i", "b"), ("adv:PT1H@t", "d"), ("set n=2", "e"), ("msg:r", "f") })
            Story.Plays(Sketch, $"start n=0; wait m,i,t,r; {step}; tasks {task}; msg:m; fail; adv:PT2H; tasks {task}; do:{task}; ended; count g=1");
    }

    [Fact]
    public void A_condition_behind_an_event_gateway_that_holds_already_decides_at_once() => Story.Plays("""
        start s; evt g; catch t timer PT1H; catch c cond n > 1; user d; user e; s > g; g > t > d; g > c > e
        """, "start n=2; tasks e");

    [Fact]
    public void An_event_gateway_in_a_loop_waits_anew() => Story.Plays("""
        start s; xor in; evt g; catch m msg m; catch t timer PT1H; task count; user after; s > in > g; g > m > count > in; g > t > after
        """, "start; msg:m; msg:m; adv:PT1H@t; tasks after; count count=2");

    [Fact]
    public void Links_may_jump_back() => Story.Plays("""
        start s; xor in; user a; xor x; throw back link L; catch here link L; end e; s > in > a > x; x > back if more; x > e default; here > in
        """, "start more=true; do:a; tasks a; do:a more=false; ended; count back=1,here=1");

    [Fact]
    public void Several_throwing_links_lead_to_one() => Story.Plays("""
        start s; and p; throw l1 link L; throw l2 link L; catch here link L; user a; s > p; p > l1; p > l2; here > a
        """, "start; tasks a*2");

    [Fact]
    public void A_subprocess_has_links_of_its_own() => Story.Plays("""
        start s
        sub sub {
        start is; throw l1 link L; catch h1 link L; user inside; is > l1; h1 > inside
        }
        throw l2 link L; catch h2 link L; user outside; s > sub > l2; h2 > outside
        """, "start; tasks inside; do:inside; tasks outside");

    [Fact]
    public void Where_nothing_starts_everything_without_an_incoming_flow_does() =>
        Story.Plays("user a; user b; user c; a > c", "start; tasks a,b");

    [Fact]
    public void A_plain_start_is_taken_before_the_triggered_ones() => Story.Plays(
        "start m msg m; start s; start t timer PT1H; user a; user b; user c; m > a; s > b; t > c", "start; tasks b");

    [Fact]
    public void A_process_that_a_message_starts_cannot_be_started_plainly() =>
        Story.Plays("start m msg m; user a; m > a", "start; fail; startAt m; tasks a");

    [Fact]
    public void Of_several_triggered_starts_the_named_one_is_taken() => Story.Plays(
        "start m msg m; start n sig n; user a; user b; m > a; n > b", "startAt n; tasks b");

    [Fact]
    public void A_conditional_start_needs_variables_for_which_it_holds()
    {
        const string Sketch = "start one cond n > 10; start two cond n > 5; user a; user b; one > a; two > b";
        Story.Plays(Sketch, "start n=3; fail; start n=7; tasks b");
        Story.Plays(Sketch, "start n=11; tasks a");
    }
}
