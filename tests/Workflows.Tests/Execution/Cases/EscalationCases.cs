namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class EscalationCases
{
    private static string Thrown(string how, string borders) => $$"""
        start s
        sub sub {
        start is; {{how}}; user work; is > up; is > work
        }
        {{borders}}
        user after; s > sub > after
        """;

    [Fact]
    public void Nobody_listening_is_no_failure() =>
        Story.Plays(Thrown("throw up esc x", ""), "start; tasks work; do:work; tasks after");

    [Fact]
    public void An_end_event_may_escalate_and_the_subprocess_still_completes() =>
        Story.Plays(Thrown("throw up esc x", "bnd b on sub esc * non; user told; b > told"), "start; tasks told,work; do:work; tasks after,told");

    [Fact]
    public void The_exact_code_comes_before_a_catch_all() => Story.Plays(
        Thrown("throw up esc x", "bnd any on sub esc * non; user a; bnd exact on sub esc x non; user b; any > a; exact > b"), "start; tasks b,work");

    [Fact]
    public void An_interrupting_catch_ends_the_subprocess() =>
        Story.Plays(Thrown("throw up esc x", "bnd b on sub esc x; user told; b > told"), "start; tasks told; count sub=0");

    [Fact]
    public void It_travels_out_of_a_called_process_which_goes_on_when_it_is_not_interrupted() => Story.Plays(
        "start s; call c process child; bnd b on c esc x non; user told; user after; s > c > after; b > told",
        "start; tasks inner,told; do:inner; tasks after,told",
        Sketch.Read("start cs; throw up esc x; user inner; cs > up > inner", "child"));

    [Fact]
    public void It_travels_out_of_a_called_process_and_may_end_it() => Story.Plays(
        "start s; call c process child; bnd b on c esc *; user told; s > c; b > told", "start; tasks told; do:told; ended; count inner=0",
        Sketch.Read("start cs; throw up esc x; user inner; cs > up > inner", "child"));

    [Fact]
    public void Only_the_innermost_catch_hears_it() => Story.Plays("""
        start s
        sub outer {
        start os
        sub inner {
        start is; throw up esc x; user work; is > up > work
        }
        bnd near on inner esc x non; user here; os > inner; near > here
        }
        bnd far on outer esc x non; user there; s > outer; far > there
        """, "start; tasks here,work; do:work; do:here; ended; count far=0");

    [Fact]
    public void A_handler_may_pass_it_on_outwards() => Story.Plays("""
        start s
        sub sub {
        start is; throw up esc x; user work; is > up > work
        sub evs event {
        start es esc x non; end more esc x; es > more
        }
        }
        bnd b on sub esc x non; user told; s > sub; b > told
        """, "start; tasks told,work; do:work; do:told; ended; count evs=1");

    [Fact]
    public void Each_instance_of_a_parallel_subprocess_tells() => Story.Plays("""
        start s
        sub sub par 3 {
        start is; throw up esc x; user work; is > up > work
        }
        bnd b on sub esc x non; user told; s > sub; b > told
        """, "start; tasks told*3,work*3");
}
