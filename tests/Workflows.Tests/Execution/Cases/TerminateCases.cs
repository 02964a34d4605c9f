namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class TerminateCases
{
    [Fact]
    public void Inside_a_subprocess_it_ends_that_and_the_flow_goes_on() => Story.Plays("""
        start s; and p; user beside
        sub sub {
        start is; and q; user a; user b; end t term; is > q; q > a > t; q > b
        }
        user after; s > p; p > beside; p > sub > after
        """, "start; tasks a,b,beside; do:a; tasks after,beside; count sub=1,b=0");

    [Fact]
    public void Inside_a_called_process_it_ends_only_that() => Story.Plays("""
        start s; and p; user beside; call c process child; user after; s > p; p > beside; p > c > after
        """, "start; tasks a,b,beside; do:a; tasks after,beside",
        Sketch.Read("start cs; and q; user a; user b; end t term; cs > q; q > a > t; q > b", "child"));

    [Fact]
    public void Inside_one_instance_it_ends_only_that_instance() => Story.Plays("""
        start s
        sub sub par 2 {
        start is; and q; user a; user b; end t term; is > q; q > a > t; q > b
        }
        user after; s > sub > after
        """, "start; tasks a*2,b*2; do:a; tasks a,b; do:a; tasks after");

    [Fact]
    public void In_a_sequential_instance_the_next_one_starts() => Story.Plays("""
        start s
        sub sub seq 2 {
        start is; and q; user a; user b; end t term; is > q; q > a > t; q > b
        }
        user after; s > sub > after
        """, "start; do:a; tasks a,b; do:a; tasks after; count sub=2");

    [Fact]
    public void At_the_top_it_ends_subprocesses_calls_handlers_and_timers() => Story.Plays("""
        start s; and p; user go; end t term; catch wait timer PT1H; call c process child
        sub sub {
        start is; user deep; is > deep
        }
        sub evs event {
        start es msg m non; user handle; es > handle
        }
        s > p; p > go > t; p > wait; p > sub; p > c
        """, "start; msg:m; tasks deep,go,handle,inner; do:go; ended",
        Sketch.Read("start cs; user inner; cs > inner", "child"));

    [Fact]
    public void At_once_it_ends_before_anything_waits() => Story.Plays("start s; and p; user a; end t term; s > p; p > a; p > t", "start; ended");
}
